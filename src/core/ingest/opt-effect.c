/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-effect.h"

/**
 * opt_effect_new:
 * @kind: what is wanted
 *
 * Makes an effect with nothing else set.
 *
 * Returns: (transfer full): an effect
 */
OptEffect *
opt_effect_new (OptEffectKind kind)
{
  OptEffect *self = g_new0 (OptEffect, 1);

  self->kind = kind;
  return self;
}

/**
 * opt_effect_free:
 * @self: (transfer full): an effect
 *
 * Frees an effect with all that it holds.
 */
void
opt_effect_free (OptEffect *self)
{
  g_return_if_fail (self != NULL);

  g_free (self->text);
  g_free (self->markup);
  g_free (self->view);
  g_free (self->view_args);
  g_free (self->target);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_free (self->origin);
  g_free (self);
}
