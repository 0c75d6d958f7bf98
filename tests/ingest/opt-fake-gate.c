/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-fake-gate.h"

#include <gio/gio.h>

struct _OptFakeGate
{
  GObject parent_instance;
};

static void gate_iface_init (OptGateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeGate,
                               opt_fake_gate,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_GATE, gate_iface_init))

static gboolean
opt_fake_gate_judge (OptGate           *gate,
                     OptTransaction    *transaction,
                     const OptReceiver *receiver,
                     OptUpdate         *update,
                     OptSnapshot       *snapshot,
                     OptVerdict        *verdict,
                     GError           **error)
{
  g_assert_cmpint (verdict->kind, ==, OPT_VERDICT_NOBODY);
  g_assert_false (verdict->may_greet);
  if (!opt_transaction_run (transaction, error, "INSERT INTO knocks(user_id) VALUES ($1)", "i",
                            update->user_id))
    return FALSE;
  if (update->user_id == 666)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the gate is stuck");
      return FALSE;
    }
  if (update->user_id == 1001)
    verdict->kind = OPT_VERDICT_ALLOWED;
  else if (update->user_id != 0)
    *verdict = (OptVerdict){ OPT_VERDICT_STRANGER, TRUE };
  return TRUE;
}

static void
gate_iface_init (OptGateInterface *iface)
{
  iface->judge = opt_fake_gate_judge;
}

static void
opt_fake_gate_class_init (OptFakeGateClass *klass)
{
}

static void
opt_fake_gate_init (OptFakeGate *self)
{
}

OptFakeGate *
opt_fake_gate_new (void)
{
  return g_object_new (OPT_TYPE_FAKE_GATE, NULL);
}
