/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "opt-ipc-error.h"
#include "opt-ipc-records.h"

G_BEGIN_DECLS

/* What the program ends with; scripts rely on these. */
typedef enum {
  OPT_EXIT_OK = 0,
  OPT_EXIT_FAILED = 1,
  OPT_EXIT_USAGE = 2,
  OPT_EXIT_UNKNOWN = 3,
  OPT_EXIT_REFUSED = 4,
  OPT_EXIT_NO_AGENT = 5,
  OPT_EXIT_TIMEOUT = 6,
} OptExit;

typedef struct _OptCli OptCli;

/**
 * OptCliVerb:
 * @noun: the first word
 * @verb: (nullable): the second word, NULL when there is none
 * @run: does it
 * @arguments: what follows, for help
 * @summary: one line
 *
 * One verb of the program, in the table of opt-cli-verbs.c.
 */
typedef struct
{
  const char *noun;
  const char *verb;
  OptExit (*run) (OptCli *self,
                  char  **arguments);
  const char *arguments;
  const char *summary;
} OptCliVerb;

/**
 * OptCli:
 * @json: print JSON
 * @verb: the verb that runs
 * @bus: (owned) (nullable): the session bus, once it was needed
 *
 * One run of the program.
 */
struct _OptCli
{
  gboolean          json;
  const OptCliVerb *verb;
  GDBusConnection  *bus;
};

extern const OptCliVerb opt_cli_verbs[];

OptExit opt_cli_run (OptCli *self,
                     char  **arguments);
void    opt_cli_clear (OptCli *self);

char  **opt_cli_parse (OptCli             *self,
                       char              **arguments,
                       const GOptionEntry *entries,
                       guint               least,
                       guint               most,
                       GError            **error);
OptExit opt_cli_fail (OptCli *self,
                      GError *error);
GError *opt_cli_error (OptIpcError code,
                       const char *where,
                       const char *format,
                       ...) G_GNUC_PRINTF (3, 4);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptCli, opt_cli_clear)

G_END_DECLS
