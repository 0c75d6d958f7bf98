/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-delivery.h"

G_DEFINE_INTERFACE (OptDelivery, opt_delivery, G_TYPE_OBJECT)

static void
opt_delivery_default_init (OptDeliveryInterface *iface)
{
}

/**
 * opt_delivery_deliver:
 * @self: what carries requests
 * @parcel: the request, borrowed until @done is called
 * @cancellable: (nullable): cancelled when nobody waits for the answer any more
 * @done: takes the answer
 * @user_data: given to @done
 *
 * Sends one request; @done is called exactly once, from inside the call or later.
 */
void
opt_delivery_deliver (OptDelivery     *self,
                      const OptParcel *parcel,
                      GCancellable    *cancellable,
                      OptDeliveredFunc done,
                      gpointer         user_data)
{
  g_return_if_fail (OPT_IS_DELIVERY (self));
  g_return_if_fail (parcel != NULL && parcel->bot != NULL && parcel->method != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));
  g_return_if_fail (done != NULL);

  OPT_DELIVERY_GET_IFACE (self)->deliver (self, parcel, cancellable, done, user_data);
}
