// SPDX-License-Identifier: GPL-2.0
// build: -g -O2 -mcpu=v3 -D__TARGET_ARCH_x86
// Reads objects of the kernel and memory of processes, by pointers that contexts have and the current task has.
#include <linux/bpf.h>
#include <linux/ptrace.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

struct list_head {
	struct list_head *next, *prev;
} __attribute__((preserve_access_index));

struct qstr {
	unsigned int len;
	const unsigned char *name;
} __attribute__((preserve_access_index));

struct dentry {
	struct qstr d_name;
	struct dentry *d_parent;
} __attribute__((preserve_access_index));

struct file {
	struct dentry *f_dentry;
	unsigned int f_flags : 4;
	unsigned int f_mode : 12;
} __attribute__((preserve_access_index));

struct mm_struct {
	struct file *exe_file;
} __attribute__((preserve_access_index));

struct cred {
	struct {
		unsigned int val;
	} uid;
} __attribute__((preserve_access_index));

struct task_struct {
	int pid;
	int tgid;
	char comm[16];
	struct task_struct *real_parent;
	struct list_head children, sibling;
	struct mm_struct *mm;
	const struct cred *cred;
	unsigned long long times[4];
} __attribute__((preserve_access_index));

struct trace_entry {
	unsigned short type;
	unsigned char flags;
	unsigned char preempt_count;
	int pid;
};

struct trace_event_raw_sys_enter {
	struct trace_entry ent;
	long id;
	unsigned long args[6];
	char __data[];
};

struct trace_event_raw_sched_process_exec {
	struct trace_entry ent;
	__u32 __data_loc_filename;
	int pid;
	int old_pid;
	char __data[];
};

struct bpf_iter_meta {
	void *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	union {
		struct bpf_iter_meta *meta;
		__u64 : 64;
	};
	union {
		struct task_struct *task;
		__u64 : 64;
	};
};

struct request {
	int count;
	char path[12];
};

char text[16];
char name[16];
long number, result, status;
__u64 cookie;

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} next SEC(".maps");

SEC("raw_tp/sys_enter")
int chain(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	const unsigned char *exe;

	number = BPF_CORE_READ(task, real_parent, real_parent, pid);
	result = BPF_CORE_READ(task, cred, uid.val);
	exe = BPF_CORE_READ(task, mm, exe_file, f_dentry, d_name.name);
	status = bpf_probe_read_kernel_str(name, sizeof(name), exe);
	BPF_CORE_READ_STR_INTO(&text, task, comm);
	return 0;
}

/* The parent's first child, as lists of the kernel have it: by the list that is in it. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(first_child, struct task_struct *task)
{
	struct list_head *first = task->children.next;
	struct task_struct *child = container_of(first, struct task_struct, sibling);

	number = child->pid;
	result = child->times[2];
	return 0;
}

SEC("tp/syscalls/sys_enter_openat")
int opens(struct trace_event_raw_sys_enter *ctx)
{
	number = ctx->id;
	status = bpf_probe_read_user_str(name, sizeof(name), (void *)ctx->args[1]);
	result = bpf_probe_read_kernel_str(text, sizeof(text), (void *)ctx->args[1]);
	cookie = bpf_get_attach_cookie(ctx);
	return 0;
}

SEC("tp/sched/sched_process_exec")
int execs(struct trace_event_raw_sched_process_exec *ctx)
{
	unsigned int offset = ctx->__data_loc_filename & 0xffff;

	number = ctx->old_pid;
	status = bpf_probe_read_kernel_str(name, sizeof(name), (void *)ctx + offset);
	return 0;
}

SEC("kprobe/do_unlinkat")
int BPF_KPROBE(unlinks, int dfd, struct dentry *dentry)
{
	number = dfd;
	status = bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name));
	result = bpf_get_func_ip(ctx);
	return 0;
}

SEC("kretprobe/do_unlinkat")
int BPF_KRETPROBE(unlinked, long ret)
{
	result = ret;
	return 0;
}

/* The kernel gives system calls their registers, by a pointer. */
SEC("ksyscall/unlinkat")
int calls(struct pt_regs *ctx)
{
	struct pt_regs *regs = (struct pt_regs *)PT_REGS_PARM1(ctx);
	const char *path = 0;

	bpf_probe_read_kernel(&path, sizeof(path), &PT_REGS_PARM2(regs));
	status = bpf_probe_read_user_str(name, sizeof(name), path);
	return 0;
}

SEC("fexit/vfs_unlink")
int BPF_PROG(removed, void *idmap, void *dir, struct dentry *dentry, void *delegated, int ret)
{
	__u64 returned = 0;

	number = dentry->d_name.len;
	result = ret;
	if (!bpf_get_func_ret(ctx, &returned))
		status = returned;
	cookie = bpf_get_func_arg_cnt(ctx);
	return 0;
}

SEC("iter/task")
int tasks(struct bpf_iter__task *ctx)
{
	void *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;

	if (!task) {
		static const char end[] = "%llu tasks\n";
		__u64 args[] = { ctx->meta->seq_num };

		bpf_seq_printf(seq, end, sizeof(end), args, sizeof(args));
		return 0;
	}
	bpf_seq_write(seq, task->comm, 4);
	bpf_seq_write(seq, "\n", 1);
	return 0;
}

SEC("syscall")
int answers(struct request *request)
{
	number = request->count;
	request->count *= 2;
	request->path[0] = '/';
	return 0;
}

static __noinline long parent_of(struct task_struct *task)
{
	return task->real_parent->pid; /* through a null pointer */
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(wrong, struct task_struct *task)
{
	number = 1;
	number = parent_of(task);
	return 0;
}

SEC("raw_tp/first")
int first(void *ctx)
{
	bpf_tail_call(ctx, &next, 0);
	return 0;
}

SEC("raw_tp/second")
int second(struct bpf_raw_tracepoint_args *ctx)
{
	number = *(int *)ctx->args[0]; /* what the first argument points to */
	return 0;
}

char _license[] SEC("license") = "GPL";
