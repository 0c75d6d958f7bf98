/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

#include "opt-outbox-draft.h"

G_BEGIN_DECLS

typedef enum {
  OPT_OUTBOX_QUEUED,
  OPT_OUTBOX_SENDING, /* on disk before the request leaves */
  OPT_OUTBOX_SENT,
  OPT_OUTBOX_DEAD, /* refused for good; a retry is up to a person */
} OptOutboxState;
#define OPT_N_OUTBOX_STATES (OPT_OUTBOX_DEAD + 1)

const char *opt_outbox_state_to_string (OptOutboxState state);
gboolean    opt_outbox_state_from_string (const char     *text,
                                          OptOutboxState *state);

#define OPT_TYPE_OUTBOX_ROW (opt_outbox_row_get_type ())

/**
 * OptOutboxRow:
 * @id: never used twice
 * @bot: the bot's name
 * @chat: `-100123` or `@channel`
 * @topic: or 0
 * @kind: of what is sent; a view that was rendered is a text or an edit from then on
 * @state: how far it is
 * @attempts: how often it was taken up to be sent
 * @created: microseconds since 1970
 * @not_before: when it is tried again, or 0
 * @sent: when Telegram answered, or 0
 * @message_id: Telegram's, or 0
 * @text: (nullable): text or caption
 * @view: (nullable): what it was, or will be, rendered from
 * @file_name: (nullable): of a document
 * @repeated: it may have been sent before and then says so
 * @error_code: of the last trouble, or 0
 * @error_text: (nullable): the last trouble in words
 * @origin: (nullable): as in the draft
 *
 * A row as it stood at one moment, immutable.
 */
typedef struct
{
  gint64         id;
  char          *bot;  /* (owned) */
  char          *chat; /* (owned) */
  gint64         topic;
  OptOutboxKind  kind;
  OptOutboxState state;
  gint64         attempts;
  gint64         created;
  gint64         not_before;
  gint64         sent;
  gint64         message_id;
  char          *text;      /* (owned) */
  char          *view;      /* (owned) */
  char          *file_name; /* (owned) */
  gboolean       repeated;
  gint64         error_code;
  char          *error_text; /* (owned) */
  char          *origin;     /* (owned) */
} OptOutboxRow;

GType         opt_outbox_row_get_type (void);
OptOutboxRow *opt_outbox_row_ref (OptOutboxRow *self);
void          opt_outbox_row_unref (OptOutboxRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptOutboxRow, opt_outbox_row_unref)

G_END_DECLS
