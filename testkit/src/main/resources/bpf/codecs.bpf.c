// SPDX-License-Identifier: GPL-2.0
// Structs of many shapes, for the codecs of Java types.
#include <linux/bpf.h>
#include <linux/in6.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

// A variable of each type keeps it in BTF.
#define KEEP(name) struct name *keep_##name

struct event {
  __u32 pid;
  __s32 cpu;
  __u64 ts;
};
KEEP(event);

struct numbers {
  __u8 u8;
  __s8 s8;
  __u16 u16;
  __s16 s16;
  __u32 u32;
  __s32 s32;
  __u64 u64;
  __s64 s64;
  unsigned __int128 u128;
  __int128 s128;
  float small;
  double large;
  _Bool flag;
  char c;
  void *pointer;
};
KEEP(numbers);

enum state { STATE_NEW = 1, STATE_OLD = 7, STATE_GONE = -3 };
enum wide { WIDE_ZERO, WIDE_HIGH = 0xffffffff00000001ULL };

typedef const volatile enum state state_t;

struct point {
  __s16 x, y;
};

struct parts {
  state_t state;
  char comm[16];
  unsigned char raw[5];
  struct point corner;
  struct point corners[3];
  __u16 ports[4];
  __u32 matrix[2][3];
  char names[2][8];
  enum state states[2];
  enum wide wide;
  _Bool flags[3];
  __u64 min_us;
};
KEEP(parts);

struct addresses {
  __be32 v4;
  __u8 v4_bytes[4];
  struct in6_addr v6;
  __u8 any[16];
};
KEEP(addresses);

struct choice {
  __u32 kind;
  union {
    __u32 code;
    __u64 address;
    struct {
      __u16 low;
      __u16 high;
    };
  };
  union {
    __u32 v4;
    __u8 v6[16];
  } addr;
  struct {
    __u8 inner_first;
    struct {
      __u16 inner_second;
    };
  };
  __u8 last;
};
KEEP(choice);

struct bits {
  __u32 one : 1;
  __u32 three : 3;
  __s32 minus : 5;
  __u32 : 3;
  __u32 twenty : 20;
  __u64 long_bits : 40;
  __u64 rest : 24;
  __u64 all : 64;
  __s64 most : 63;
  _Bool yes : 1;
  __u8 tail : 7;
  enum state state : 8;
};
KEEP(bits);

struct packed_bits {
  __u8 before : 3;
  __u64 long_one : 62;
  __u64 long_two : 64;
  __u8 after : 3;
} __attribute__((packed));
KEEP(packed_bits);

struct packed {
  __u8 first;
  __u64 second;
  __u16 third;
} __attribute__((packed));
KEEP(packed);

struct padded {
  __u8 first;
  __u64 second;
  __u16 third;
  __u8 large[40] __attribute__((aligned(64)));
};
KEEP(padded);

struct tail {
  __u32 length;
  char data[];
};
KEEP(tail);

struct alike {
  __u32 a_b;
  __u32 aB_;
  __u32 _pid;
};
KEEP(alike);
