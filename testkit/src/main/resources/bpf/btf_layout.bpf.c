// SPDX-License-Identifier: GPL-2.0
// Structs whose members do not stand where a compiler would put them of its own accord, and declarations of every shape.

struct holes {
	char a;
	long b __attribute__((aligned(32)));
	short c;
	char d;
	int e __attribute__((aligned(16)));
};

struct packed_all {
	char a;
	int b;
	short c;
	long d;
} __attribute__((packed));

struct packed_size {
	int a;
	char b;
} __attribute__((packed));

/* packed, yet laid out as if it were not */
struct packed_natural {
	int a;
	int b;
} __attribute__((packed));

struct inside_packed {
	char a;
	struct packed_all b;
	struct packed_size c[3];
} __attribute__((packed));

struct wide_alignment {
	int a;
	int b __attribute__((aligned(64)));
} __attribute__((aligned(128)));

struct bits {
	int a: 3;
	unsigned int b: 7;
	int: 4;
	unsigned int c: 1;
	int: 0;
	unsigned short d: 9;
	unsigned char e: 2;
	unsigned long f: 33;
	unsigned long: 0;
	_Bool g: 1;
	char h;
	int i: 5;
};

struct bits_gap {
	int a: 4;
	int: 20;
	int b: 4;
	char c;
	int d: 4;
	short: 12;
	char e;
	long: 40;
	long f: 10;
};

struct bits_packed {
	char a;
	unsigned int b: 13;
	unsigned int c: 20;
	long d: 40;
	char e;
} __attribute__((packed));

struct empty {};

struct flexible {
	int count;
	struct {
		char name[4];
		union {
			long number;
			struct {
				short low, high;
			};
		};
	} items[];
};

struct zero_length {
	long a;
	struct empty b;
	char c[0];
};

union mixed {
	char a;
	struct {
		int b;
		struct {
			char c: 2;
			char d: 6;
		} e;
	};
	struct packed_size f;
	enum { INLINE_ONE, INLINE_TWO = -5 } g;
};

enum tiny { TINY_A, TINY_B } __attribute__((mode(byte)));
enum word { WORD_A } __attribute__((mode(word)));
enum announced;
enum biggest { BIGGEST = 0xffffffffffffffffULL };

struct enums {
	enum tiny tiny;
	enum word word;
	enum biggest biggest;
	enum announced *announced;
};

struct second;
typedef struct second second_t;
typedef struct first {
	struct second *second;
	second_t *again;
	struct first *self;
} first_t;
struct second {
	first_t first;
	struct {
		struct second *back;
		struct third *third;
	} *anonymous;
};
struct third {
	struct second second;
};

typedef int (*operation)(int, const char *, ...);
typedef operation (*chooser)(operation, operation (*)[3]);
typedef int function(void);
typedef int matrix[2][3];
typedef const matrix fixed_matrix;
typedef struct {
	int x;
} unnamed_t;
typedef enum { NONE, SOME } choice_t;
typedef __builtin_va_list list_t;

struct declarations {
	int *a[4];
	int (*b)[4];
	int (*c[4])(void);
	int (*(*d)(int))(long);
	int (**e)(void);
	const char *const f;
	const volatile char *volatile *const g;
	char *restrict h;
	void *(*i)(const void *, void (*)(void *));
	matrix j;
	fixed_matrix k;
	function *l;
	operation m;
	chooser n;
	unnamed_t o;
	choice_t p;
	const int q[2];
	int (*(*r)[2][3])(struct { int nested; } *);
	int __attribute__((btf_type_tag("user"))) *s;
	const int __attribute__((btf_type_tag("rcu"))) *__attribute__((btf_type_tag("percpu"))) *t;
	double u;
	__int128 v;
	unsigned char w[2][0];
	void (*x)(int) __attribute__((noreturn));
};

struct holes holes;
struct packed_all packed_all;
struct packed_size packed_size;
struct packed_natural packed_natural;
struct inside_packed inside_packed;
struct wide_alignment wide_alignment;
struct bits bits;
struct bits_gap bits_gap;
struct bits_packed bits_packed;
struct flexible *flexible;
struct zero_length zero_length;
union mixed mixed;
struct enums enums;
struct third third;
struct declarations declarations;
list_t list;

/* the same names once more, for other types */
__attribute__((section("socket"), used)) int program(void *context) {
	typedef struct {
		long other;
	} unnamed_t;
	enum tiny { TINY_C = 7, SOME };
	static volatile struct holes {
		int other;
		struct first { struct holes *pointer; } inner;
		unnamed_t unnamed;
		enum tiny end;
	} here;
	return here.other + here.end;
}
