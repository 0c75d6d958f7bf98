/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define OPT_IPC_ERROR (opt_ipc_error_quark ())
GQuark opt_ipc_error_quark (void);

/**
 * OptIpcError:
 * @OPT_IPC_ERROR_USAGE: unknown, missing or ill-typed arguments and parameters
 * @OPT_IPC_ERROR_UNKNOWN: no such task, job, bot, robot or row
 * @OPT_IPC_ERROR_REFUSED: refused by policy, or for good by Telegram
 * @OPT_IPC_ERROR_FAILED: tried, and did not work
 * @OPT_IPC_ERROR_NO_AGENT: no agent to ask
 * @OPT_IPC_ERROR_TIMEOUT: the wait is over
 * @OPT_IPC_ERROR_INTERNAL: a bug, or a broken installation
 *
 * The kinds of failure that clients tell apart. Services translate the errors of the rooms into
 * these.
 */
typedef enum {
  OPT_IPC_ERROR_USAGE,
  OPT_IPC_ERROR_UNKNOWN,
  OPT_IPC_ERROR_REFUSED,
  OPT_IPC_ERROR_FAILED,
  OPT_IPC_ERROR_NO_AGENT,
  OPT_IPC_ERROR_TIMEOUT,
  OPT_IPC_ERROR_INTERNAL,
} OptIpcError;
#define OPT_N_IPC_ERRORS (OPT_IPC_ERROR_INTERNAL + 1)

const char *opt_ipc_error_get_kind (const GError *error);
void        opt_ipc_error_set_where (GError    **error,
                                     const char *where);
char       *opt_ipc_error_dup_where (const GError *error);
char       *opt_ipc_error_dup_message (const GError *error);

G_END_DECLS
