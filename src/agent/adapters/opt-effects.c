/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-effects.h"

#include "opt-json-writer.h"

static char *
chat_to_text (gint64 chat_id)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, chat_id);
}

static gboolean
apply_say (OptTransaction    *transaction,
           const OptReceiver *receiver,
           const OptEffect   *effect,
           gpointer           user_data,
           GError           **error)
{
  g_autofree char *chat = chat_to_text (effect->chat_id);
  OptOutboxDraft   draft = {
      .bot = receiver->name,
      .chat = chat,
      .topic = effect->topic,
      .kind = effect->view != NULL ? OPT_OUTBOX_VIEW
              : effect->edit != 0  ? OPT_OUTBOX_EDIT
                                   : OPT_OUTBOX_TEXT,
      .text = effect->text,
      .markup = effect->markup,
      .view = effect->view,
      .view_args = effect->view_args,
      .reply_to = effect->reply_to,
      .message_id = effect->edit,
  };

  return opt_outbox_add (transaction, &draft, receiver->now, NULL, error);
}

static void
committed_say (const OptReceiver *receiver,
               const OptEffect   *effect,
               gpointer           user_data)
{
  OptEffects *self = user_data;

  opt_outbox_poke (self->outbox);
}

static OptJobOrigin *
build_origin (const OptReceiver *receiver,
              const OptEffect   *effect)
{
  OptJobOrigin *origin = opt_job_origin_new ("telegram");

  origin->key = g_strdup (effect->origin);
  origin->bot = g_strdup (receiver->name);
  origin->chat = chat_to_text (effect->chat_id);
  origin->topic = effect->topic;
  origin->user_id = effect->user_id;
  origin->update_id = effect->update_id;
  origin->message_id = effect->reply_to;
  return origin;
}

static gboolean
apply_request (OptTransaction    *transaction,
               const OptReceiver *receiver,
               const OptEffect   *effect,
               gpointer           user_data,
               GError           **error)
{
  g_autoptr (OptJobOrigin) origin = build_origin (receiver, effect);

  if (effect->kind == OPT_EFFECT_RUN)
    return opt_job_request_run (transaction, effect->target, effect->parameters, origin,
                                effect->requested, error);
  if (effect->kind == OPT_EFFECT_RELEASE)
    return opt_job_request_release (transaction, effect->target, origin, effect->requested, error);
  return opt_job_request_cancel (transaction, effect->target, origin, effect->requested, error);
}

static void
committed_request (const OptReceiver *receiver,
                   const OptEffect   *effect,
                   gpointer           user_data)
{
  OptEffects *self = user_data;

  opt_jobs_poke (self->jobs);
}

static gboolean
apply_moved (OptTransaction    *transaction,
             const OptReceiver *receiver,
             const OptEffect   *effect,
             gpointer           user_data,
             GError           **error)
{
  g_autofree char *old_chat = chat_to_text (effect->chat_id);
  g_autofree char *new_chat = chat_to_text (effect->new_chat_id);

  OptEffects *self = user_data;

  return opt_outbox_move_chat (transaction, receiver->name, old_chat, new_chat, error) &&
         opt_chat_owner_chat_moved (self->owner, transaction, receiver->name, old_chat, new_chat,
                                    error);
}

static void
committed_moved (const OptReceiver *receiver,
                 const OptEffect   *effect,
                 gpointer           user_data)
{
  OptEffects      *self = user_data;
  g_autofree char *old_chat = chat_to_text (effect->chat_id);
  g_autofree char *new_chat = chat_to_text (effect->new_chat_id);

  opt_outbox_chat_moved (self->outbox, receiver->name, old_chat, new_chat);
}

static void
called_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  node = opt_bot_client_call_finish (OPT_BOT_CLIENT (object), result, &error);
  if (node == NULL)
    g_debug ("%s", error->message);
}

static void
call_bot (OptEffects        *self,
          const OptReceiver *receiver,
          const char        *method,
          OptJsonWriter     *writer)
{
  OptAgentBot     *bot = opt_agent_bots_find (self->bots, receiver->name);
  g_autofree char *body = opt_json_writer_end (writer);

  if (bot != NULL && opt_agent_bot_get_client (bot) != NULL)
    opt_bot_client_call_async (opt_agent_bot_get_client (bot), method, body, NULL, called_cb, NULL);
}

static void
committed_answer (const OptReceiver *receiver,
                  const OptEffect   *effect,
                  gpointer           user_data)
{
  OptJsonWriter writer;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "callback_query_id", effect->target);
  if (effect->text != NULL)
    opt_json_writer_add_string (&writer, "text", effect->text);
  opt_json_writer_close_object (&writer);
  call_bot (user_data, receiver, "answerCallbackQuery", &writer);
}

static void
committed_action (const OptReceiver *receiver,
                  const OptEffect   *effect,
                  gpointer           user_data)
{
  OptJsonWriter writer;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_int (&writer, "chat_id", effect->chat_id);
  if (effect->topic != 0)
    opt_json_writer_add_int (&writer, "message_thread_id", effect->topic);
  opt_json_writer_add_string (&writer, "action", effect->text != NULL ? effect->text : "typing");
  opt_json_writer_close_object (&writer);
  call_bot (user_data, receiver, "sendChatAction", &writer);
}

/**
 * opt_effects_connect:
 * @self: the rooms, valid as long as ingest lives
 *
 * Tells ingest who applies which effect.
 */
void
opt_effects_connect (OptEffects *self)
{
  const struct
  {
    OptEffectKind    kind;
    OptApplyFunc     apply;
    OptCommittedFunc committed;
  } table[] = {
    { OPT_EFFECT_SAY, apply_say, committed_say },
    { OPT_EFFECT_RUN, apply_request, committed_request },
    { OPT_EFFECT_CANCEL, apply_request, committed_request },
    { OPT_EFFECT_RELEASE, apply_request, committed_request },
    { OPT_EFFECT_MOVED, apply_moved, committed_moved },
    { OPT_EFFECT_ANSWER, NULL, committed_answer },
    { OPT_EFFECT_ACTION, NULL, committed_action },
  };
  G_STATIC_ASSERT (G_N_ELEMENTS (table) == OPT_N_EFFECT_KINDS);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    opt_ingest_set_effect (self->ingest, table[i].kind, table[i].apply, table[i].committed, self);
}
