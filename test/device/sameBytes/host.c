/* Runs the app without a screen and prints what its main function returns, then how much memory the machine came to hold. */
#include "xsAll.h"
#include "xs.h"
#include "mc.xs.h"
#include <stdio.h>
#include <stdlib.h>

void fxAbort(xsMachine *the, int status)
{
	fprintf(stderr, "XS abort: %s\n", fxAbortString(status));
	exit(status);
}

int main(int argc, char *argv[])
{
	int result = 1;
	xsMachine *machine = fxPrepareMachine(NULL, xsPreparation(), "kassa", NULL, NULL);

	xsBeginHost(machine);
	{
		xsVars(1);
		xsTry {
			xsVar(0) = xsAwaitImport(((txPreparation *)xsPreparation())->main, XS_IMPORT_DEFAULT);
			xsResult = xsCallFunction0(xsVar(0), xsGlobal);
			printf("%s\n", xsToString(xsResult));
			result = 0;
		}
		xsCatch {
			fprintf(stderr, "### %s\n", xsToString(xsException));
		}
	}
	xsEndHost(machine);
	fprintf(stderr, "{\"slots\":%d,\"peakSlots\":%d,\"chunkBytes\":%d,\"peakChunkBytes\":%d}\n", (int)machine->currentHeapCount,
		(int)machine->peakHeapCount, (int)machine->currentChunksSize, (int)machine->peakChunksSize);
	xsDeleteMachine(machine);
	return result;
}
