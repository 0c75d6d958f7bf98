/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-task-error.h"

#include "opt-task-error-private.h"

typedef struct
{
  char *where; /* (owned) */
} OptTaskErrorPrivate;

static void
opt_task_error_private_init (OptTaskErrorPrivate *priv)
{
  priv->where = NULL;
}

static void
opt_task_error_private_copy (const OptTaskErrorPrivate *source,
                             OptTaskErrorPrivate       *target)
{
  target->where = g_strdup (source->where);
}

static void
opt_task_error_private_clear (OptTaskErrorPrivate *priv)
{
  g_free (priv->where);
}

G_DEFINE_EXTENDED_ERROR (OptTaskError, opt_task_error)

/* As g_set_error(), with what it is about; NULL when nothing in particular. */
void
opt_task_error_set (GError     **error,
                    OptTaskError code,
                    const char  *where,
                    const char  *format,
                    ...)
{
  GError *own = NULL;
  va_list args;

  if (error == NULL)
    return;
  va_start (args, format);
  own = g_error_new_valist (OPT_TASK_ERROR, code, format, args);
  va_end (args);
  opt_task_error_get_private (own)->where = g_strdup (where);
  g_propagate_error (error, own);
}

/**
 * opt_task_error_get_where:
 * @error: any error
 *
 * Tells what an error of this room is about: the parameter's name, or `FILE:LINE`.
 *
 * Returns: (nullable) (transfer none): valid as long as @error is; NULL for any other error
 */
const char *
opt_task_error_get_where (const GError *error)
{
  if (error == NULL || error->domain != OPT_TASK_ERROR)
    return NULL;
  return opt_task_error_get_private (error)->where;
}
