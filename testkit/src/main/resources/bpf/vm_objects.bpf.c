// SPDX-License-Identifier: GPL-2.0
// Objects that programs allocate: in lists, in trees, in maps. Each program returns a number that is the same on every kernel.
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

static int push(int number, _Bool front)
{
	struct item *item = new(struct item);

	if (!item)
		return -1;
	item->number = number;
	bpf_spin_lock(&list_lock);
	if (front)
		bpf_list_push_front_impl(&list, &item->node, 0, 0);
	else
		bpf_list_push_back_impl(&list, &item->node, 0, 0);
	bpf_spin_unlock(&list_lock);
	return 0;
}

static int pop(_Bool front)
{
	struct bpf_list_node *node;
	struct item *item;
	int number;

	bpf_spin_lock(&list_lock);
	node = front ? bpf_list_pop_front(&list) : bpf_list_pop_back(&list);
	bpf_spin_unlock(&list_lock);
	if (!node)
		return 9;
	item = container_of(node, struct item, node);
	number = item->number;
	drop(item);
	return number;
}

SEC("tc")
int in_list(struct __sk_buff *packet)
{
	int digits;

	if (push(1, 0) || push(2, 0) || push(3, 1))
		return -1;
	digits = pop(1);
	digits = digits * 10 + pop(0);
	digits = digits * 10 + pop(1);
	return digits * 10 + pop(1);
}

static _Bool less(struct bpf_rb_node *a, const struct bpf_rb_node *b)
{
	return container_of(a, struct leaf, node)->number < container_of(b, struct leaf, node)->number;
}

static int grow(int number)
{
	struct leaf *leaf = new(struct leaf);

	if (!leaf)
		return -1;
	leaf->number = number;
	bpf_spin_lock(&tree_lock);
	bpf_rbtree_add_impl(&tree, &leaf->node, less, 0, 0);
	bpf_spin_unlock(&tree_lock);
	return 0;
}

static int pick(void)
{
	struct bpf_rb_node *node;
	struct leaf *leaf;
	int number;

	bpf_spin_lock(&tree_lock);
	node = bpf_rbtree_first(&tree);
	if (!node) {
		bpf_spin_unlock(&tree_lock);
		return 9;
	}
	node = bpf_rbtree_remove(&tree, node);
	bpf_spin_unlock(&tree_lock);
	if (!node)
		return 8;
	leaf = container_of(node, struct leaf, node);
	number = leaf->number;
	drop(leaf);
	return number;
}

SEC("tc")
int in_tree(struct __sk_buff *packet)
{
	int digits;

	if (grow(3) || grow(1) || grow(4) || grow(2))
		return -1;
	digits = pick();
	digits = digits * 10 + pick();
	digits = digits * 10 + pick();
	digits = digits * 10 + pick();
	return digits * 10 + pick();
}

SEC("tc")
int in_map(struct __sk_buff *packet)
{
	struct item *item = new(struct item), *old;
	struct slot *slot;
	int key = 0, number = 0;

	if (!item)
		return -1;
	item->number = 6;
	slot = bpf_map_lookup_elem(&slots, &key);
	if (!slot) {
		drop(item);
		return -2;
	}
	old = bpf_kptr_xchg(&slot->item, item);
	if (old) {
		number = old->number;
		drop(old);
	}
	return number;
}

SEC("tc")
int counted(struct __sk_buff *packet)
{
	struct shared *object = new(struct shared), *second;
	struct bpf_list_node *node;
	int number = 0;

	if (!object)
		return -1;
	object->number = 5;
	second = bpf_refcount_acquire_impl(object, 0);
	if (!second) {
		drop(object);
		return -2;
	}
	bpf_spin_lock(&shared_lock);
	bpf_list_push_back_impl(&shared_list, &object->node, 0, 0);
	node = bpf_list_pop_front(&shared_list);
	bpf_spin_unlock(&shared_lock);
	if (node) {
		object = container_of(node, struct shared, node);
		number = object->number * 10;
		drop(object);
	}
	number += second->number;
	drop(second);
	return number;
}

char LICENSE[] SEC("license") = "GPL";
