/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-markup.h"
#include "opt-turn.h"

G_BEGIN_DECLS

/* How long a question waits for its answer. */
#define OPT_DIALOG_LIFE (10 * 60 * G_GINT64_CONSTANT (1000000))

typedef enum {
  OPT_DIALOG_LIST, /* for which robot */
  OPT_DIALOG_TASK, /* which task */
  OPT_DIALOG_PARAMETER,
} OptDialogKind;
#define OPT_N_DIALOG_KINDS (OPT_DIALOG_PARAMETER + 1)

/**
 * OptDialog:
 * @kind: what was asked
 * @state: (nullable): what is known so far, as the kind has it
 * @topic: where it was asked
 * @asked: the question is a later message than this one
 * @reply_to: the person's message that began it
 * @nonce: tells this question from earlier ones; buttons name it
 *
 * A question that waits for an answer: one for each person and chat.
 */
typedef struct
{
  OptDialogKind kind;
  char         *state; /* (owned) */
  gint64        topic;
  gint64        asked;
  gint64        reply_to;
  gint64        nonce;
} OptDialog;

gboolean opt_dialog_open (OptTurn      *turn,
                          OptDialogKind kind,
                          const char   *state,
                          GError      **error);
gboolean opt_dialog_find (OptTurn   *turn,
                          OptDialog *dialog,
                          gboolean  *found,
                          GError   **error);
gboolean opt_dialog_close (OptTurn  *turn,
                           gboolean *was_open,
                           GError  **error);
gboolean opt_dialog_move_chat (OptTransaction *transaction,
                               gint64          old_chat_id,
                               gint64          new_chat_id,
                               GError        **error);
void     opt_dialog_clear (OptDialog *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OptDialog, opt_dialog_clear)

/* Buttons below the question: one answers it with @value, the other turns the page. */
gboolean opt_dialog_add_answer (OptTurn    *turn,
                                OptMarkup  *markup,
                                gint64      nonce,
                                const char *label,
                                const char *value,
                                GError    **error);
gboolean opt_dialog_add_page (OptTurn    *turn,
                              OptMarkup  *markup,
                              gint64      nonce,
                              const char *label,
                              guint       page,
                              GError    **error);

G_END_DECLS
