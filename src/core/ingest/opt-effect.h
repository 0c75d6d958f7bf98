/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  OPT_EFFECT_SAY,     /* a message, becomes an outbox row */
  OPT_EFFECT_RUN,     /* a request to run a task */
  OPT_EFFECT_CANCEL,  /* a request to stop a job */
  OPT_EFFECT_RELEASE, /* a request to start a job that was held */
  OPT_EFFECT_MOVED,   /* a group became a supergroup: its id changed */
  OPT_EFFECT_ANSWER,  /* a callback answer: not stored, sent after the commit */
  OPT_EFFECT_ACTION,  /* a chat action ("typing"): likewise */
} OptEffectKind;
#define OPT_N_EFFECT_KINDS (OPT_EFFECT_ACTION + 1)

/**
 * OptEffect:
 * @kind: which of the fields count
 * @chat_id: SAY, ACTION: where; MOVED: the old id
 * @topic: SAY, ACTION: the topic, or 0
 * @reply_to: SAY: the message to answer, or 0
 * @text: (nullable): SAY: the text, or NULL with @view; ANSWER: what to show, or NULL
 * @markup: (nullable): SAY: JSON of reply_markup
 * @view: (nullable): SAY: the name of what is rendered when it is sent
 * @view_args: (nullable): SAY: a JSON object for the view
 * @edit: SAY: edit this message instead of sending a new one, or 0
 * @target: (nullable): RUN: `task` or `task.robot`; CANCEL: a job's number or id; ANSWER: the
 * callback query's id
 * @parameters: (nullable) (element-type utf8 utf8): RUN
 * @origin: (nullable): RUN, CANCEL: `tg:BOTID:UPDATE:DATE`
 * @user_id: RUN, CANCEL: who asked
 * @update_id: RUN, CANCEL: the update that asked
 * @new_chat_id: MOVED
 * @requested: RUN, CANCEL: when the person asked, microseconds since 1970
 *
 * What a reactor wants done, as a value. The rooms that own the tables apply it, in the update's
 * own transaction.
 */
typedef struct
{
  OptEffectKind kind;
  gint64        chat_id;
  gint64        topic;
  gint64        reply_to;
  char         *text;      /* (owned) */
  char         *markup;    /* (owned) */
  char         *view;      /* (owned) */
  char         *view_args; /* (owned) */
  gint64        edit;
  char         *target;     /* (owned) */
  GHashTable   *parameters; /* (owned) */
  char         *origin;     /* (owned) */
  gint64        user_id;
  gint64        update_id;
  gint64        new_chat_id;
  gint64        requested;
} OptEffect;

OptEffect *opt_effect_new (OptEffectKind kind);
void       opt_effect_free (OptEffect *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OptEffect, opt_effect_free)

G_END_DECLS
