/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-turn.h"

#include "opt-clock.h"
#include "opt-plain.h"
#include "opt-text.h"

gboolean
opt_turn_is_group (const OptTurn *turn)
{
  return turn->update->chat_kind != OPT_CHAT_PRIVATE;
}

/* When the person asked, microseconds since 1970. A press has no date of its own. */
gint64
opt_turn_get_asked (const OptTurn *turn)
{
  return turn->update->kind == OPT_UPDATE_CALLBACK ? turn->receiver->now
                                                   : turn->update->date * OPT_SECOND;
}

/* Whether it is too old to be acted upon. A press never is: its button expires instead. */
gboolean
opt_turn_is_late (const OptTurn *turn)
{
  gint64 age = turn->receiver->now - opt_turn_get_asked (turn);

  return age / OPT_SECOND > turn->config->fresh_seconds;
}

static OptEffect *
add_effect (OptTurn      *turn,
            OptEffectKind kind)
{
  OptEffect *effect = opt_effect_new (kind);

  effect->chat_id = turn->update->chat_id;
  effect->topic = turn->update->topic;
  effect->user_id = turn->update->user_id;
  effect->update_id = turn->update->update_id;
  g_ptr_array_add (turn->effects, effect);
  return effect;
}

/* In a group it must be clear who is meant; alone with the bot it is. */
static OptEffect *
add_message (OptTurn *turn)
{
  OptEffect *effect = add_effect (turn, OPT_EFFECT_SAY);

  if (opt_turn_is_group (turn))
    effect->reply_to = turn->reply_to;
  return effect;
}

void
opt_turn_say (OptTurn    *turn,
              const char *text)
{
  add_message (turn)->text = g_strdup (text);
}

void
opt_turn_say_format (OptTurn    *turn,
                     const char *format,
                     ...)
{
  OptEffect *effect = add_message (turn);
  va_list    args;

  va_start (args, format);
  effect->text = g_strdup_vprintf (format, args);
  va_end (args);
}

void
opt_turn_say_error (OptTurn      *turn,
                    const GError *error)
{
  add_message (turn)->text = opt_plain_sentence (error->message);
}

/* Says something with buttons or with a field for the answer below it. */
void
opt_turn_ask (OptTurn    *turn,
              const char *text,
              const char *markup)
{
  OptEffect *effect = add_message (turn);

  effect->text = g_strdup (text);
  effect->markup = g_strdup (markup);
}

/* Changes the message whose button was pressed. */
void
opt_turn_edit (OptTurn    *turn,
               const char *text,
               const char *markup)
{
  OptEffect *effect = add_effect (turn, OPT_EFFECT_SAY);

  effect->edit = turn->update->message_id;
  effect->text = g_strdup (text);
  effect->markup = g_strdup (markup);
}

/* Says what is looked up when it is sent. */
void
opt_turn_show (OptTurn    *turn,
               const char *view,
               const char *view_args)
{
  OptEffect *effect = add_message (turn);

  effect->view = g_strdup (view);
  effect->view_args = g_strdup (view_args);
}

/* Ends the waiting of the person who pressed a button; @text may be NULL. */
void
opt_turn_answer (OptTurn    *turn,
                 const char *text)
{
  OptEffect *effect = add_effect (turn, OPT_EFFECT_ANSWER);

  effect->target = g_strdup (turn->update->callback_id);
  effect->text = text == NULL ? NULL : opt_plain_clean (text, 200);
}

static OptEffect *
add_order (OptTurn      *turn,
           OptEffectKind kind,
           const char   *target)
{
  OptEffect *effect = add_effect (turn, kind);

  /* The date is Telegram's, so that the origin is the same if the update comes again. */
  effect->origin = g_strdup_printf ("tg:%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT
                                    ":%" G_GINT64_FORMAT,
                                    turn->receiver->bot_id, turn->update->update_id,
                                    turn->update->date);
  effect->target = g_strdup (target);
  effect->reply_to = turn->reply_to;
  effect->requested = opt_turn_get_asked (turn);
  return effect;
}

void
opt_turn_run (OptTurn    *turn,
              const char *task,
              GHashTable *parameters)
{
  add_order (turn, OPT_EFFECT_RUN, task)->parameters = g_hash_table_ref (parameters);
}

/* @kind is CANCEL or RELEASE. */
void
opt_turn_act (OptTurn      *turn,
              OptEffectKind kind,
              const char   *job)
{
  add_order (turn, kind, job);
}

void
opt_turn_refuse_late (OptTurn    *turn,
                      const char *what)
{
  g_autofree char *age = NULL;

  if (turn->update->date == 0)
    {
      opt_turn_say_format (turn,
                           "Nobody can tell how old this message is, so %s was not run. "
                           "Send it again if you still want it.",
                           what);
      return;
    }
  age = opt_text_format_duration (turn->receiver->now - opt_turn_get_asked (turn));
  opt_turn_say_format (turn,
                       "This message came %s late, so %s was not run. "
                       "Send it again if you still want it.",
                       age, what);
}
