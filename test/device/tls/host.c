/* Runs the app without a screen until it tells something. */
#include "xsAll.h"
#include "xs.h"
#include "mc.xs.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <glib.h>

void fxAbort(xsMachine *the, int status)
{
	fprintf(stderr, "XS abort: %s\n", fxAbortString(status));
	exit(status);
}

/* There are no resources; the SDK's TLS looks for certificates of its own among them. */
const void *mcGetResource(xsMachine *the, const char *path, size_t *size)
{
	return NULL;
}

/* (line): prints it and ends. */
void xs_kassa_tell(xsMachine *the)
{
	printf("%s\n", xsToString(xsArg(0)));
	fflush(stdout);
	_exit(0);
}

int main(int argc, char *argv[])
{
	xsMachine *machine = fxPrepareMachine(NULL, xsPreparation(), "kassa", NULL, NULL);

	xsBeginHost(machine);
	{
		xsVars(1);
		xsTry {
			xsVar(0) = xsAwaitImport(((txPreparation *)xsPreparation())->main, XS_IMPORT_DEFAULT);
			xsCallFunction0(xsVar(0), xsGlobal);
		}
		xsCatch {
			fprintf(stderr, "### %s\n", xsToString(xsException));
			exit(1);
		}
	}
	xsEndHost(machine);
	for (;;)
		g_main_context_iteration(NULL, TRUE);
}
