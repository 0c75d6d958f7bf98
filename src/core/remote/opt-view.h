/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-json.h"
#include "opt-remote-private.h"

G_BEGIN_DECLS

/* Looks something up and ends @task (transfer full) with an OptRendered; @args live as long. */
typedef void (*OptViewFunc) (OptRemote  *remote,
                             JsonObject *args,
                             GTask      *task);

void opt_view_render_list (OptRemote  *remote,
                           JsonObject *args,
                           GTask      *task);
void opt_view_render_status (OptRemote  *remote,
                             JsonObject *args,
                             GTask      *task);
void opt_view_render_cancel (OptRemote  *remote,
                             JsonObject *args,
                             GTask      *task);
void opt_view_render_log (OptRemote  *remote,
                          JsonObject *args,
                          GTask      *task);
void opt_view_render_result (OptRemote  *remote,
                             JsonObject *args,
                             GTask      *task);

JsonObject *opt_view_get_args (GTask *task);
void        opt_view_return_text (GTask      *task,
                                  const char *text);
void        opt_view_return_error (GTask        *task,
                                   const char   *what,
                                   const GError *error);

G_END_DECLS
