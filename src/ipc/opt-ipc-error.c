/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-ipc-error.h"

#include <string.h>

/* A D-Bus error is a name and one string, so where it happened travels behind this, out of sight of
 * who prints it all. */
#define WHERE_MARK '\x1f'

static const GDBusErrorEntry error_entries[] = {
  { OPT_IPC_ERROR_USAGE, "io.github.optimus_rpa.Optimus.Error.Usage" },
  { OPT_IPC_ERROR_UNKNOWN, "io.github.optimus_rpa.Optimus.Error.Unknown" },
  { OPT_IPC_ERROR_REFUSED, "io.github.optimus_rpa.Optimus.Error.Refused" },
  { OPT_IPC_ERROR_FAILED, "io.github.optimus_rpa.Optimus.Error.Failed" },
  { OPT_IPC_ERROR_NO_AGENT, "io.github.optimus_rpa.Optimus.Error.NoAgent" },
  { OPT_IPC_ERROR_TIMEOUT, "io.github.optimus_rpa.Optimus.Error.Timeout" },
  { OPT_IPC_ERROR_INTERNAL, "io.github.optimus_rpa.Optimus.Error.Internal" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (error_entries) == OPT_N_IPC_ERRORS);

GQuark
opt_ipc_error_quark (void)
{
  static gsize quark = 0;

  g_dbus_error_register_error_domain ("opt-ipc-error-quark",
                                      &quark,
                                      error_entries,
                                      G_N_ELEMENTS (error_entries));
  return (GQuark)quark;
}

/**
 * opt_ipc_error_get_kind:
 * @error: any error
 *
 * The word that stands in `kind` of a client's JSON.
 *
 * Returns: (transfer none): `internal` for an error of another domain
 */
const char *
opt_ipc_error_get_kind (const GError *error)
{
  static const char *const kinds[] = {
    "usage", "unknown", "refused", "failed", "no-agent", "timeout", "internal"
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == OPT_N_IPC_ERRORS);

  g_return_val_if_fail (error != NULL, "internal");

  if (error->domain != OPT_IPC_ERROR || error->code < 0 || error->code >= OPT_N_IPC_ERRORS)
    return "internal";
  return kinds[error->code];
}

/**
 * opt_ipc_error_set_where:
 * @error: (inout) (nullable): the error to extend
 * @where: (nullable): what the error is about: a parameter, a file and line, a bot
 *
 * Adds where it happened, kept apart from the message.
 */
void
opt_ipc_error_set_where (GError    **error,
                         const char *where)
{
  char *message;

  if (error == NULL || *error == NULL || where == NULL || *where == '\0')
    return;

  message = g_strdup_printf ("%s%c%s", (*error)->message, WHERE_MARK, where);
  g_free ((*error)->message);
  (*error)->message = message;
}

/**
 * opt_ipc_error_dup_where:
 * @error: an error
 *
 * Returns: (transfer full) (nullable): where it happened, or NULL when that was not said
 */
char *
opt_ipc_error_dup_where (const GError *error)
{
  const char *mark;

  g_return_val_if_fail (error != NULL, NULL);

  mark = strchr (error->message, WHERE_MARK);
  return mark != NULL ? g_strdup (mark + 1) : NULL;
}

/**
 * opt_ipc_error_dup_message:
 * @error: an error
 *
 * Returns: (transfer full): the message alone, without where it happened and without what D-Bus put
 * in front
 */
char *
opt_ipc_error_dup_message (const GError *error)
{
  g_autoptr (GError) copy = NULL;
  const char *mark;

  g_return_val_if_fail (error != NULL, NULL);

  copy = g_error_copy (error);
  g_dbus_error_strip_remote_error (copy);
  mark = strchr (copy->message, WHERE_MARK);
  if (mark != NULL)
    return g_strndup (copy->message, (gsize)(mark - copy->message));
  return g_strdup (copy->message);
}
