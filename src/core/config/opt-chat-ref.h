/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define OPT_TYPE_CHAT_REF (opt_chat_ref_get_type ())

/** OPT_CHAT_REFS_MAX: most chats of a list or a message; more are a mistake, not a wish. */
#define OPT_CHAT_REFS_MAX 1000

/**
 * OptChatRef:
 * @chat: `-100123`, `1234567` or `@channel`
 * @topic: message_thread_id, 0 for none
 *
 * Where a message goes. Immutable and atomically refcounted.
 */
typedef struct
{
  char  *chat; /* (owned) */
  gint64 topic;
} OptChatRef;

GType       opt_chat_ref_get_type (void) G_GNUC_CONST;
OptChatRef *opt_chat_ref_new (const char *chat,
                              gint64      topic);
OptChatRef *opt_chat_ref_parse (const char *text,
                                GError    **error);
OptChatRef *opt_chat_ref_ref (OptChatRef *self);
void        opt_chat_ref_unref (OptChatRef *self);
gboolean    opt_chat_ref_equal (const OptChatRef *a,
                                const OptChatRef *b);
gint64      opt_chat_ref_get_id (const OptChatRef *self);
char       *opt_chat_ref_to_text (const OptChatRef *self);
GPtrArray  *opt_chat_ref_parse_list (const char *text,
                                     GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptChatRef, opt_chat_ref_unref)

G_END_DECLS
