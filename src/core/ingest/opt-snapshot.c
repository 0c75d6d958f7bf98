/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-snapshot.h"

typedef struct
{
  GType    type;
  gpointer value; /* (owned) */
} Facet;

/* There are a handful of facets, so they are looked through. */
struct _OptSnapshot
{
  GArray *facets; /* (owned) (element-type Facet) */
};

static gpointer
facet_copy (GType         type,
            gconstpointer value)
{
  if (G_TYPE_IS_BOXED (type))
    return g_boxed_copy (type, value);
  return g_object_ref ((gpointer)value);
}

static void
facet_clear (gpointer data)
{
  Facet *facet = data;

  if (G_TYPE_IS_BOXED (facet->type))
    g_boxed_free (facet->type, facet->value);
  else
    g_object_unref (facet->value);
}

static void
add_facet (OptSnapshot  *self,
           GType         type,
           gconstpointer value)
{
  Facet facet = { type, facet_copy (type, value) };

  g_array_append_val (self->facets, facet);
}

static void
opt_snapshot_clear (gpointer data)
{
  OptSnapshot *self = data;

  g_array_unref (self->facets);
}

/**
 * opt_snapshot_new:
 *
 * Makes a snapshot without facets.
 *
 * Returns: (transfer full): a snapshot
 */
OptSnapshot *
opt_snapshot_new (void)
{
  OptSnapshot *self = g_atomic_rc_box_new0 (OptSnapshot);

  self->facets = g_array_new (FALSE, FALSE, sizeof (Facet));
  g_array_set_clear_func (self->facets, facet_clear);
  return self;
}

/**
 * opt_snapshot_new_with:
 * @base: a snapshot
 * @type: a boxed or object type
 * @facet: (nullable): a value of that type, immutable; copied or referenced; NULL for none
 *
 * Makes a snapshot that has one facet other than @base. Copying a boxed type must be cheap and safe
 * in any thread, that is, taking a reference atomically.
 *
 * Returns: (transfer full): a snapshot
 */
OptSnapshot *
opt_snapshot_new_with (OptSnapshot  *base,
                       GType         type,
                       gconstpointer facet)
{
  g_return_val_if_fail (base != NULL, NULL);
  g_return_val_if_fail (G_TYPE_IS_BOXED (type) || G_TYPE_IS_OBJECT (type), NULL);

  OptSnapshot *self = opt_snapshot_new ();

  for (guint i = 0; i < base->facets->len; i++)
    {
      const Facet *old = &g_array_index (base->facets, Facet, i);

      if (old->type != type)
        add_facet (self, old->type, old->value);
    }
  if (facet != NULL)
    add_facet (self, type, facet);
  return self;
}

/**
 * opt_snapshot_get:
 * @self: (nullable): a snapshot
 * @type: the very type that it was put in as
 *
 * Looks a facet up. From any thread.
 *
 * Returns: (transfer none) (nullable): the facet, which lives as long as the snapshot; NULL when
 * there is none
 */
gpointer
opt_snapshot_get (OptSnapshot *self,
                  GType        type)
{
  for (guint i = 0; self != NULL && i < self->facets->len; i++)
    {
      const Facet *facet = &g_array_index (self->facets, Facet, i);

      if (facet->type == type)
        return facet->value;
    }
  return NULL;
}

/**
 * opt_snapshot_ref:
 * @self: a snapshot
 *
 * Takes a reference. From any thread.
 *
 * Returns: (transfer full): @self
 */
OptSnapshot *
opt_snapshot_ref (OptSnapshot *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_snapshot_unref:
 * @self: (transfer full): a snapshot
 *
 * Drops a reference. From any thread.
 */
void
opt_snapshot_unref (OptSnapshot *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_rc_box_release_full (self, opt_snapshot_clear);
}
