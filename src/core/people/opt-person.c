/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-person.h"

#include "opt-person-private.h"

G_DEFINE_QUARK (opt_people_error_quark, opt_people_error)

/* What is known is filled in before it is handed out. */
OptPerson *
opt_person_new (gint64 id)
{
  OptPerson *self = g_atomic_rc_box_new0 (OptPerson);

  self->id = id;
  return self;
}

/**
 * opt_person_ref:
 * @self: a person
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @self
 */
OptPerson *
opt_person_ref (OptPerson *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
opt_person_clear (gpointer data)
{
  OptPerson *self = data;

  g_free (self->username);
  g_free (self->name);
  g_free (self->pinned_as);
}

/**
 * opt_person_unref:
 * @self: a person
 *
 * Gives a reference back; any thread.
 */
void
opt_person_unref (OptPerson *self)
{
  g_atomic_rc_box_release_full (self, opt_person_clear);
}

/**
 * opt_person_status_to_string:
 * @status: a status
 *
 * Gets the word of `user list` for a status.
 *
 * Returns: (transfer none): allowed, stranger or denied
 */
const char *
opt_person_status_to_string (OptPersonStatus status)
{
  static const char *const words[] = { "allowed", "stranger", "denied" };

  g_return_val_if_fail (status < G_N_ELEMENTS (words), NULL);

  return words[status];
}
