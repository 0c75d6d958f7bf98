/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <locale.h>
#include <string.h>
#include <sys/resource.h>

#include "opt-agent-application.h"
#include "opt-clock-system.h"
#include "opt-redact.h"

static void
print_help (void)
{
  g_print ("Usage: optimus-agent [--version]\n\n"
           "Runs in the foreground until SIGTERM: receives and sends for the bots of\n"
           "$XDG_CONFIG_HOME/optimus/optimus.conf, and runs tasks. `optimusctl` talks to it.\n");
}

int
main (int    argc,
      char **argv)
{
  struct rlimit core;
  g_autoptr (OptClock) clock = NULL;

  setlocale (LC_ALL, "");
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("optimus-agent %s\n", OPT_VERSION);
      return 0;
    }
  if (argc == 2 && strcmp (argv[1], "--help") == 0)
    {
      print_help ();
      return 0;
    }
  if (argc > 1 && strcmp (argv[1], "--gapplication-service") != 0)
    {
      g_printerr ("optimus-agent: unknown argument %s; see --help\n", argv[1]);
      return 2;
    }

  /* A core would hold bot tokens. Jobs get our limit as it was, the most the runner can set. */
  getrlimit (RLIMIT_CORE, &core);
  core.rlim_max = core.rlim_cur;
  core.rlim_cur = 0;
  setrlimit (RLIMIT_CORE, &core);
  /* A cancelled HTTP/2 poll would only end with the server's next answer. */
  g_setenv ("SOUP_FORCE_HTTP1", "1", TRUE);
  opt_redact_install_log_writer ();

  clock = opt_clock_system_new ();
  return opt_agent_application_main (clock, NULL, NULL);
}
