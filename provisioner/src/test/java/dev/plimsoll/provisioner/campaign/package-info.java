/**
 * A whole provisioner, real but for its machines, that is killed, frozen and cut off while tenants
 * order. Start reading at {@link dev.plimsoll.provisioner.campaign.RandomCampaignTest}.
 */
package dev.plimsoll.provisioner.campaign;
