// SPDX-License-Identifier: GPL-2.0
// Programs on hooks of a cgroup that ask what can be asked there, and write down what they were told.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_STORAGE);
	__type(key, struct bpf_cgroup_storage_key);
	__type(value, __u64);
} counted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE);
	__type(key, __u64);
	__type(value, __u32);
} counted_by_cpu SEC(".maps");

SEC("cgroup/connect4")
int count_connections(struct bpf_sock_addr *ctx)
{
	__u64 *count = bpf_get_local_storage(&counted, 0);
	__u32 *own = bpf_get_local_storage(&counted_by_cpu, 0);

	*count += 1;
	*own += 2;
	return 1;
}

/* Runs by themselves have values of their own. */
__u64 packets;

SEC("cgroup_skb/egress")
int count_packets(struct __sk_buff *skb)
{
	__u64 *count = bpf_get_local_storage(&counted, 0);

	*count += 1;
	packets = *count;
	return 1;
}

/* Options that are set and read. */
struct option {
	__s32 level, name, size, value;
} options[32];
struct answer {
	__s64 set, got, value;
} answers[32];
__u32 count;

static __always_inline void ask(struct bpf_sock_addr *ctx, __u32 i)
{
	struct option *option = &options[i & 31];
	struct answer *answer = &answers[i & 31];
	__u32 size = option->size;
	__s64 value = option->value;

	/* From 1 to 8, as old verifiers see it, too. */
	size = ((size - 1) & 7) + 1;
	answer->set = bpf_setsockopt(ctx, option->level, option->name, &value, size);
	value = 0;
	answer->got = bpf_getsockopt(ctx, option->level, option->name, &value, size);
	answer->value = value;
}

SEC("cgroup/connect4")
int ask_options(struct bpf_sock_addr *ctx)
{
	for (__u32 i = 0; i < 32 && i < count; i++)
		ask(ctx, i);
	return 1;
}

/* Of a sysctl: the calls' results, and what they wrote. */
__s64 told[10];
char name[32], base[32], short_name[6], current[32], short_current[4], new_value[32];
__u32 writes, seen;

SEC("cgroup/sysctl")
int watch_sysctl(struct bpf_sysctl *ctx)
{
	char other[] = "other";

	seen++;
	writes = ctx->write;
	told[0] = bpf_sysctl_get_name(ctx, name, sizeof(name), 0);
	told[1] = bpf_sysctl_get_name(ctx, base, sizeof(base), BPF_F_SYSCTL_BASE_NAME);
	told[2] = bpf_sysctl_get_name(ctx, short_name, sizeof(short_name), 0);
	told[3] = bpf_sysctl_get_current_value(ctx, current, sizeof(current));
	told[4] = bpf_sysctl_get_current_value(ctx, short_current, sizeof(short_current));
	told[5] = bpf_sysctl_get_new_value(ctx, new_value, sizeof(new_value));
	told[6] = bpf_sysctl_set_new_value(ctx, other, sizeof(other) - 1);
	/* Nothing is ever written. */
	return !ctx->write;
}

char _license[] SEC("license") = "GPL";
