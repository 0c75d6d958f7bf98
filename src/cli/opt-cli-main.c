/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>

#include "opt-cli.h"

int
main (int    argc,
      char **argv)
{
  g_auto (OptCli) cli = { 0 };

  setlocale (LC_ALL, "");
  return (int) opt_cli_run (&cli, argv + 1);
}
