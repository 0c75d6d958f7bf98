/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-config.h"
#include "opt-job-listener.h"
#include "opt-transaction.h"

G_BEGIN_DECLS

/* Tells of a job what is to be told, once: on the writer thread. @is_new is FALSE when it was told
 * before. */
gboolean opt_remote_news_tell (OptTransaction *transaction,
                               OptJobEvent    *event,
                               OptConfig      *config,
                               gint64          now,
                               gboolean       *is_new,
                               GError        **error);

/* Which bot an origin came in by: Telegram's number of it, or 0. */
gint64 opt_remote_news_get_bot_id (const OptJobOrigin *origin);

G_END_DECLS
