/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-door.h"

void
opt_door_init (OptDoor *self)
{
  *self = (OptDoor){ 0 };
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
}

void
opt_door_clear (OptDoor *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

/* An OptStoreFunc. */
gboolean
opt_door_pass (OptTransaction *transaction,
               gpointer        door,
               GError        **error)
{
  OptDoor *self = door;

  g_mutex_lock (&self->lock);
  self->is_reached = TRUE;
  g_cond_broadcast (&self->cond);
  while (!self->is_open)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* Until the thread stands before the door. */
void
opt_door_wait (OptDoor *self)
{
  /* The store calls its thread when the main context has its turn. */
  g_main_context_iteration (NULL, FALSE);
  g_mutex_lock (&self->lock);
  while (!self->is_reached)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
opt_door_open (OptDoor *self)
{
  g_mutex_lock (&self->lock);
  self->is_open = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}
