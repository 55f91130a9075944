/** The accounts' part of the schema. Translates arguments, and nothing else: rules stand in the use cases. */
import type { Builder } from '../context.ts';
import type { issuedType } from '../tokens/resolvers.ts';
import type { Account } from './account.ts';
import type { Price } from './payments.ts';
import * as use from './use-cases.ts';

export function addBillingFields(builder: Builder, Issued: ReturnType<typeof issuedType>): void {
	builder.mutationField('issueProTokens', (t) =>
		t.field({
			type: Issued,
			args: { period: t.arg.int(), account: t.arg.string(), blinded: t.arg({ type: ['Bytes'] }) },
			resolve: (_, request, { services, prefix }) => use.issueProTokens(services, { ...request, prefix })
		})
	);
	addAccountFields(builder);
	addPaymentFields(builder);
}

function addAccountFields(builder: Builder): void {
	const Account = accountType(builder);
	builder.mutationField('account', (t) =>
		t.field({
			type: Account,
			description: 'A mutation, so that nothing on the way keeps the answer.',
			args: { account: t.arg.string() },
			resolve: (_, { account }, { services, prefix }) => use.readAccount(services, { account, prefix })
		})
	);
	builder.mutationField('redeemVoucher', (t) =>
		t.field({
			type: Account,
			args: { account: t.arg.string(), voucher: t.arg.string() },
			resolve: (_, request, { services, prefix }) => use.redeemVoucher(services, { ...request, prefix })
		})
	);
	builder.mutationField('cancelSubscription', (t) =>
		t.field({
			type: Account,
			args: { account: t.arg.string() },
			resolve: (_, { account }, { services, prefix }) => use.cancelSubscription(services, { account, prefix })
		})
	);
	builder.mutationField('resumeSubscription', (t) =>
		t.field({
			type: Account,
			args: { account: t.arg.string() },
			resolve: (_, { account }, { services, prefix }) => use.resumeSubscription(services, { account, prefix })
		})
	);
}

function accountType(builder: Builder) {
	return builder.objectRef<Account>('Account').implement({
		fields: (t) => ({
			paidUntil: t.exposeString('paidUntil', { description: 'The last day that is paid for (UTC), as 2026-11-21.' }),
			subscription: t.exposeString('subscription', {
				nullable: true,
				description: 'active, failed or ending. Absent: nothing renews.'
			})
		})
	});
}

function addPaymentFields(builder: Builder): void {
	const Price = builder.objectRef<Price>('Price').implement({
		description: 'Of a month. `amount` in the smallest unit of `currency` (ISO 4217).',
		fields: (t) => ({ amount: t.exposeInt('amount'), currency: t.exposeString('currency') })
	});
	builder.queryField('price', (t) =>
		t.field({
			type: Price,
			nullable: true,
			description: 'Absent where vouchers are all that is taken.',
			resolve: (_, __, { services }) => use.readPrice(services)
		})
	);
	for (const name of ['startCheckout', 'managePayment'] as const) {
		builder.mutationField(name, (t) =>
			t.string({
				description: 'The address of a page of the payment company.',
				args: { account: t.arg.string() },
				resolve: (_, { account }, { services, prefix }) => use[name](services, { account, prefix })
			})
		);
	}
}
