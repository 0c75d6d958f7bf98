/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-fake-reactor.h"

#include <gio/gio.h>

struct _OptFakeReactor
{
  GObject  parent_instance;
  GThread *main_thread;
};

static void opt_fake_reactor_iface_init (OptReactorInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeReactor,
                               opt_fake_reactor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_REACTOR,
                                                      opt_fake_reactor_iface_init))

static OptEffect *
add_effect (GPtrArray    *effects,
            OptUpdate    *update,
            OptEffectKind kind,
            const char   *text)
{
  OptEffect *effect = opt_effect_new (kind);

  effect->chat_id = update->chat_id;
  effect->update_id = update->update_id;
  effect->text = g_strdup (text);
  g_ptr_array_add (effects, effect);
  return effect;
}

static void
add_all (GPtrArray *effects,
         OptUpdate *update)
{
  for (OptEffectKind kind = 0; kind < OPT_N_EFFECT_KINDS; kind++)
    {
      OptEffect *effect;

      if (kind == OPT_EFFECT_MOVED)
        continue;
      effect = add_effect (effects, update, kind, "all");
      /* All that an effect can own, so that leaks are seen. */
      effect->markup = g_strdup ("{}");
      effect->view = g_strdup ("list");
      effect->view_args = g_strdup ("{}");
      effect->target = g_strdup ("task");
      effect->origin = g_strdup ("tg:1:2:3");
      effect->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (effect->parameters, g_strdup ("a"), g_strdup ("b"));
    }
  add_effect (effects, update, OPT_EFFECT_SAY, "end");
}

static gboolean
obey (OptTransaction *transaction,
      OptUpdate      *update,
      OptSnapshot    *snapshot,
      GPtrArray      *effects,
      GError        **error)
{
  if (g_str_equal (update->command, "say"))
    add_effect (effects, update, OPT_EFFECT_SAY, update->arguments);
  else if (g_str_equal (update->command, "all"))
    add_all (effects, update);
  else if (g_str_equal (update->command, "mute"))
    return FALSE;
  else if (g_str_equal (update->command, "fact"))
    {
      GBytes *fact = opt_snapshot_get (snapshot, G_TYPE_BYTES);

      add_effect (effects, update, OPT_EFFECT_SAY,
                  fact == NULL ? "none" : g_bytes_get_data (fact, NULL));
    }
  else if (g_str_equal (update->command, "fail"))
    {
      add_effect (effects, update, OPT_EFFECT_SAY, "never said");
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, update->arguments);
      return FALSE;
    }
  return TRUE;
}

static gboolean
opt_fake_reactor_react (OptReactor        *reactor,
                        OptTransaction    *transaction,
                        const OptReceiver *receiver,
                        OptUpdate         *update,
                        const OptVerdict  *verdict,
                        OptSnapshot       *snapshot,
                        GPtrArray         *effects,
                        GError           **error)
{
  OptFakeReactor *self = OPT_FAKE_REACTOR (reactor);

  g_assert_true (g_thread_self () != self->main_thread);
  g_assert_cmpstr (receiver->name, ==, "main");
  g_assert_cmpstr (receiver->username, ==, "main_bot");
  if (verdict->may_greet)
    add_effect (effects, update, OPT_EFFECT_SAY, "hello");
  if (verdict->kind != OPT_VERDICT_ALLOWED || update->command == NULL)
    return TRUE;
  return obey (transaction, update, snapshot, effects, error);
}

static void
opt_fake_reactor_iface_init (OptReactorInterface *iface)
{
  iface->react = opt_fake_reactor_react;
}

static void
opt_fake_reactor_class_init (OptFakeReactorClass *klass)
{
}

static void
opt_fake_reactor_init (OptFakeReactor *self)
{
}

OptFakeReactor *
opt_fake_reactor_new (GThread *main_thread)
{
  OptFakeReactor *self = g_object_new (OPT_TYPE_FAKE_REACTOR, NULL);

  self->main_thread = main_thread;
  return self;
}
