/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-json-writer.h"
#include "opt-outbox-draft.h"

G_BEGIN_DECLS

/* What the text of a message that may already have arrived ends in. */
#define OPT_REPEATED_MARK  "(possibly repeated)"
#define OPT_REPEATED_UNITS (sizeof OPT_REPEATED_MARK) /* with the line end before it */

/**
 * OptCargo:
 *
 * The columns of a row from which its request is built; borrowed.
 */
typedef struct
{
  const char *chat;
  gint64      topic;
  const char *text;
  const char *markup;
  gint64      reply_to;
  gboolean    silent;
  gint64      target;
  gboolean    repeated;
} OptCargo;

/**
 * OptJudgement:
 * @OPT_JUDGE_DEAD: it will never be taken
 * @OPT_JUDGE_DONE: what was wanted is so already
 * @OPT_JUDGE_WITHOUT_REPLY: again, answering nothing: the message it answers is gone
 * @OPT_JUDGE_WITHOUT_TOPIC: again, outside the topic, which is gone
 * @OPT_JUDGE_AS_TEXT: again, as a new message: the one to change is gone
 *
 * What a refusal means for a row of some kind.
 */
typedef enum {
  OPT_JUDGE_DEAD,
  OPT_JUDGE_DONE,
  OPT_JUDGE_WITHOUT_REPLY,
  OPT_JUDGE_WITHOUT_TOPIC,
  OPT_JUDGE_AS_TEXT,
} OptJudgement;

/**
 * OptOutboxKindClass:
 * @name: on the disk and in JSON
 * @says_repeated: a repetition is visible, so the text says that it may be one
 * @build: writes the members of the request's body; returns the method. On any thread.
 * @judge: what a refusal in these words means
 *
 * What is special about a kind of rows.
 */
typedef struct
{
  const char *name;
  gboolean    says_repeated;
  const char *(*build) (const OptCargo *cargo,
                        OptJsonWriter  *writer);
  OptJudgement (*judge) (const char *description);
} OptOutboxKindClass;

const OptOutboxKindClass *opt_outbox_kind_get_class (OptOutboxKind kind);
gboolean                  opt_outbox_kind_from_string (const char    *text,
                                                       OptOutboxKind *kind);

G_END_DECLS
