// SPDX-License-Identifier: GPL-2.0
// Programs for places that the verifier knows: what they do with threads of one name is counted, and, where they may, such
// threads are refused a file.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define EPERM 1

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64[2]);
} marked SEC(".maps"); /* the threads' name: at most 15 bytes, then zeros */

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, __u64);
} counts SEC(".maps"); /* how often, and the last number that was seen */

static __always_inline int is_marked(void)
{
	__u64 name[2] = {};
	__u32 zero = 0;
	__u64 *wanted = bpf_map_lookup_elem(&marked, &zero);

	return wanted && !bpf_get_current_comm(name, sizeof(name)) && name[0] == wanted[0] && name[1] == wanted[1];
}

static __always_inline void count(__u64 number)
{
	__u32 often = 0, last = 1;
	__u64 *value = bpf_map_lookup_elem(&counts, &often);

	if (value)
		__sync_fetch_and_add(value, 1);
	value = bpf_map_lookup_elem(&counts, &last);
	if (value)
		*value = number;
}

struct pt_regs;
struct file;

SEC("?tp_btf/sys_enter")
int BPF_PROG(typed_tracepoint, struct pt_regs *regs, long id)
{
	if (is_marked())
		count(id);
	return 0;
}

SEC("?tp_btf/sys_enter")
int BPF_PROG(typed_tracepoint_cookie, struct pt_regs *regs, long id)
{
	if (is_marked())
		count(bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int BPF_PROG(entry, int a)
{
	count(a);
	return 0;
}

SEC("?fentry/bpf_fentry_test1")
int BPF_PROG(entry_cookie, int a)
{
	count(bpf_get_attach_cookie(ctx));
	return 0;
}

SEC("?fexit/bpf_fentry_test2")
int BPF_PROG(end, int a, __u64 b, int ret)
{
	count(ret);
	return 0;
}

SEC("?fsession/bpf_fentry_test1")
int BPF_PROG(both, int a)
{
	count(a);
	return 0;
}

SEC("?fmod_ret/security_file_open")
int BPF_PROG(result, struct file *file, int ret)
{
	if (!is_marked())
		return 0;
	count(0);
	return -EPERM;
}

SEC("?lsm/file_open")
int BPF_PROG(hook, struct file *file, int ret)
{
	if (!is_marked())
		return ret;
	count(0);
	return -EPERM;
}

char _license[] SEC("license") = "GPL";
