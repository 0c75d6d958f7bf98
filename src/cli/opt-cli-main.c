/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <sys/resource.h>

#include "opt-cli.h"
#include "opt-redact.h"

int
main (int    argc,
      char **argv)
{
  const struct rlimit none = { 0, 0 };
  g_auto (OptCli) cli = { 0 };

  setlocale (LC_ALL, "");
  /* A core would hold the bot token that somebody types or sends with. */
  setrlimit (RLIMIT_CORE, &none);
  /* GLib would print debugging on standard output, among the JSON. */
  opt_redact_install_log_writer ();
  return (int)opt_cli_run (&cli, argv + 1);
}
