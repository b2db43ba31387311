// SPDX-License-Identifier: GPL-2.0
// Programs that handle objects of their own, lists and trees in ways that the kernel refuses, and one that it takes (`right`).
// clang -O2 -g -target bpf -mcpu=v3 -c objects.bpf.c -o objects.bpf.o
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct bpf_list_head {
	__u64 : 64;
	__u64 : 64;
} __attribute__((aligned(8)));
struct bpf_list_node {
	__u64 : 64;
	__u64 : 64;
	__u64 : 64;
} __attribute__((aligned(8)));
struct bpf_rb_root {
	__u64 : 64;
	__u64 : 64;
} __attribute__((aligned(8)));
struct bpf_rb_node {
	__u64 : 64;
	__u64 : 64;
	__u64 : 64;
	__u64 : 64;
} __attribute__((aligned(8)));
struct bpf_refcount {
	__u32 : 32;
} __attribute__((aligned(4)));

extern void *bpf_obj_new_impl(__u64 type, void *meta) __ksym;
extern void bpf_obj_drop_impl(void *object, void *meta) __ksym;
extern void *bpf_refcount_acquire_impl(void *object, void *meta) __ksym;
extern int bpf_list_push_front_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 offset) __ksym;
extern int bpf_list_push_back_impl(struct bpf_list_head *head, struct bpf_list_node *node, void *meta, __u64 offset) __ksym;
extern struct bpf_list_node *bpf_list_pop_front(struct bpf_list_head *head) __ksym;
extern struct bpf_list_node *bpf_list_pop_back(struct bpf_list_head *head) __ksym;
extern int bpf_rbtree_add_impl(struct bpf_rb_root *root, struct bpf_rb_node *node,
			       _Bool (*less)(struct bpf_rb_node *a, const struct bpf_rb_node *b), void *meta, __u64 offset) __ksym;
extern struct bpf_rb_node *bpf_rbtree_remove(struct bpf_rb_root *root, struct bpf_rb_node *node) __ksym;
extern struct bpf_rb_node *bpf_rbtree_first(struct bpf_rb_root *root) __ksym;

#define new(type) ((type *)bpf_obj_new_impl(bpf_core_type_id_local(type), 0))
#define drop(object) bpf_obj_drop_impl(object, 0)
#define contains(type, member) __attribute__((btf_decl_tag("contains:" #type ":" #member)))
#define private(name) SEC(".data." #name) __hidden __attribute__((aligned(8)))

struct item {
	struct bpf_list_node node;
	int number;
};

struct leaf {
	struct bpf_rb_node node;
	int number;
};

struct other {
	int number;
	struct bpf_list_node node;
};

struct shared {
	int number;
	struct bpf_refcount count;
	struct bpf_list_node node;
};

private(A) struct bpf_spin_lock list_lock;
private(A) struct bpf_list_head list contains(item, node);
private(B) struct bpf_spin_lock tree_lock;
private(B) struct bpf_rb_root tree contains(leaf, node);
private(C) struct bpf_spin_lock shared_lock;
private(C) struct bpf_list_head shared_list contains(shared, node);

struct slot {
	struct item __attribute__((btf_type_tag("kptr"))) *item;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, struct slot);
	__uint(max_entries, 1);
} slots SEC(".maps");


static __always_inline struct item *item(void)
{
	struct item *item = new(struct item);

	if (item)
		item->number = 1;
	return item;
}

SEC("tc")
int right(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	one->number = 2;
	bpf_spin_unlock(&list_lock);
	return 0;
}

SEC("tc")
int kept(struct __sk_buff *packet)
{
	struct item *one = item();

	return one ? one->number : 0;
}

SEC("tc")
int unchecked(struct __sk_buff *packet)
{
	struct item *one = new(struct item);

	one->number = 1;
	drop(one);
	return 0;
}

SEC("tc")
int unlocked(struct __sk_buff *packet)
{
	struct item *one = item();

	if (one)
		bpf_list_push_back_impl(&list, &one->node, 0, 0);
	return 0;
}

SEC("tc")
int other_lock(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	bpf_spin_lock(&tree_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_spin_unlock(&tree_lock);
	return 0;
}

SEC("tc")
int twice(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	return 0;
}

SEC("tc")
int after_drop(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	drop(one);
	return one->number;
}

SEC("tc")
int after_unlock(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	return one->number;
}

SEC("tc")
int dropped_in_list(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	drop(one);
	return 0;
}

SEC("tc")
int of_another_type(struct __sk_buff *packet)
{
	struct other *one = new(struct other);

	if (!one)
		return 0;
	bpf_spin_lock(&list_lock);
	bpf_list_push_back_impl(&list, &one->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	return 0;
}

SEC("tc")
int into_node(struct __sk_buff *packet)
{
	struct item *one = item();

	if (!one)
		return 0;
	*(volatile __u64 *)&one->node = 1;
	drop(one);
	return 0;
}

SEC("tc")
int not_counted(struct __sk_buff *packet)
{
	struct item *one = item(), *second;

	if (!one)
		return 0;
	second = bpf_refcount_acquire_impl(one, 0);
	if (second)
		drop(second);
	drop(one);
	return 0;
}

SEC("tc")
int exchanged_and_used(struct __sk_buff *packet)
{
	struct item *one = item(), *old;
	struct slot *slot;
	int key = 0;

	if (!one)
		return 0;
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot) {
		drop(one);
		return 0;
	}
	old = bpf_kptr_xchg(&slot->item, one);
	if (old)
		drop(old);
	return one->number;
}

SEC("tc")
int exchanged_of_another_type(struct __sk_buff *packet)
{
	struct other *one = new(struct other);
	struct item *old;
	struct slot *slot;
	int key = 0;

	if (!one)
		return 0;
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot) {
		drop(one);
		return 0;
	}
	old = bpf_kptr_xchg(&slot->item, one);
	if (old)
		drop(old);
	return 0;
}

SEC("tc")
int old_kept(struct __sk_buff *packet)
{
	struct slot *slot;
	int key = 0;

	slot = bpf_map_lookup_elem(&slots, &key);
	if (slot)
		bpf_kptr_xchg(&slot->item, 0);
	return 0;
}

static _Bool locks(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	bpf_rbtree_first(&tree);
	return 0;
}

SEC("tc")
int tree_in_comparison(struct __sk_buff *packet)
{
	struct leaf *leaf = new(struct leaf);

	if (!leaf)
		return 0;
	bpf_spin_lock(&tree_lock);
	bpf_rbtree_add_impl(&tree, &leaf->node, locks, 0, 0);
	bpf_rbtree_remove(&tree, &leaf->node);
	bpf_spin_unlock(&tree_lock);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
