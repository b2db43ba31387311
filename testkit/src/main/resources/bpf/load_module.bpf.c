// SPDX-License-Identifier: GPL-2.0
// Functions and a variable that modules of the kernel have: those of nf_conntrack, and of x_tables.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define IPPROTO_UDP 17
#define HERE -1

/* What is in them does not matter; that they are defined does. */
struct nf_conn {
	__u32 mark;
};

struct nf_conn___init {
	struct nf_conn connection;
};

struct bpf_ct_opts___first {
	__s32 netns_id;
	__s32 error;
	__u8 l4proto;
	__u8 dir;
	__u8 reserved[2];
};

extern struct nf_conn *bpf_skb_ct_lookup(struct __sk_buff *packet, struct bpf_sock_tuple *tuple, __u32 tuple__sz, struct bpf_ct_opts___first *opts,
					 __u32 opts__sz) __ksym;
extern struct nf_conn___init *bpf_skb_ct_alloc(struct __sk_buff *packet, struct bpf_sock_tuple *tuple, __u32 tuple__sz,
					       struct bpf_ct_opts___first *opts, __u32 opts__sz) __ksym;
extern void bpf_ct_set_timeout(struct nf_conn___init *connection, __u32 milliseconds) __ksym;
extern struct nf_conn *bpf_ct_insert_entry(struct nf_conn___init *connection) __ksym;
extern void bpf_ct_release(struct nf_conn *connection) __ksym;

int before = 1, inserted = -1, after = -1;

static __always_inline int find(struct __sk_buff *packet, struct bpf_sock_tuple *tuple)
{
	struct bpf_ct_opts___first opts = { .netns_id = HERE, .l4proto = IPPROTO_UDP };
	struct nf_conn *found = bpf_skb_ct_lookup(packet, tuple, sizeof(tuple->ipv4), &opts, sizeof(opts));

	if (!found)
		return opts.error;
	bpf_ct_release(found);
	return 0;
}

/* A connection that is tracked by nobody is not found; once it is put in, it is. */
SEC("tc")
int track(struct __sk_buff *packet)
{
	struct bpf_ct_opts___first opts = { .netns_id = HERE, .l4proto = IPPROTO_UDP };
	struct bpf_sock_tuple tuple = {};
	struct nf_conn___init *fresh;
	struct nf_conn *connection;

	tuple.ipv4.saddr = bpf_get_prandom_u32();
	tuple.ipv4.daddr = bpf_get_prandom_u32();
	tuple.ipv4.sport = 4711;
	tuple.ipv4.dport = 4712;
	before = find(packet, &tuple);
	fresh = bpf_skb_ct_alloc(packet, &tuple, sizeof(tuple.ipv4), &opts, sizeof(opts));
	if (!fresh)
		return 1;
	bpf_ct_set_timeout(fresh, 1000);
	connection = bpf_ct_insert_entry(fresh);
	if (connection) {
		inserted = 1;
		bpf_ct_release(connection);
	}
	after = find(packet, &tuple);
	return 0;
}

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;

struct rq {
	int cpu;
};

extern const seqcount_t xt_recseq __ksym;
extern const struct rq runqueues __ksym;

__u64 of_module, of_kernel;
int beyond = -1;

/* Where both stand for the first CPU. */
SEC("raw_tp/task_rename")
int look(void *context)
{
	of_module = (__u64)bpf_per_cpu_ptr(&xt_recseq, 0);
	of_kernel = (__u64)bpf_per_cpu_ptr(&runqueues, 0);
	beyond = bpf_per_cpu_ptr(&xt_recseq, 1 << 20) != 0;
	return 0;
}

char _license[] SEC("license") = "GPL";
