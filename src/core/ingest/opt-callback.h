/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-transaction.h"

G_BEGIN_DECLS

/**
 * OptCallback:
 * @bot_id: whose button
 * @chat_id: where the button was shown; 0 matches any
 * @user_id: who may press it; 0 is anyone who is served
 * @action: what it means, in the words of the room that made it, such as `cancel`
 * @args: (nullable): a JSON object or other text of that room
 * @expires: microseconds since 1970
 * @once: pressing it uses it up
 *
 * What stands behind the 22 characters of a button's callback_data.
 */
typedef struct
{
  gint64   bot_id;
  gint64   chat_id;
  gint64   user_id;
  char    *action; /* (owned) */
  char    *args;   /* (owned) */
  gint64   expires;
  gboolean once;
} OptCallback;

typedef enum {
  OPT_CALLBACK_OK,
  OPT_CALLBACK_UNKNOWN, /* never made here, or long gone */
  OPT_CALLBACK_EXPIRED,
  OPT_CALLBACK_USED,
  OPT_CALLBACK_FOREIGN, /* made for somebody else, or another chat or bot */
} OptCallbackState;

char    *opt_callback_add (OptTransaction    *transaction,
                           const OptCallback *callback,
                           GError           **error);
gboolean opt_callback_take (OptTransaction   *transaction,
                            const char       *data,
                            gint64            bot_id,
                            gint64            chat_id,
                            gint64            user_id,
                            gint64            now,
                            OptCallback      *callback,
                            OptCallbackState *state,
                            GError          **error);
gboolean opt_callback_move_chat (OptTransaction *transaction,
                                 gint64          bot_id,
                                 gint64          old_chat_id,
                                 gint64          new_chat_id,
                                 GError        **error);
void     opt_callback_clear (OptCallback *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptCallback, opt_callback_clear)

G_END_DECLS
