/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "opt-store.h"

G_BEGIN_DECLS

/* A closure that holds its thread of the store until it is opened. */
typedef struct
{
  GMutex   lock;
  GCond    cond;
  gboolean is_reached;
  gboolean is_open;
} OptDoor;

void     opt_door_init (OptDoor *self);
void     opt_door_clear (OptDoor *self);
gboolean opt_door_pass (OptTransaction *transaction,
                        gpointer        door,
                        GError        **error);
void     opt_door_wait (OptDoor *self);
void     opt_door_open (OptDoor *self);

G_END_DECLS
