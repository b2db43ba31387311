// SPDX-License-Identifier: GPL-2.0
// Programs that go where a table of places leads (`gotox`), with an index that is only known when they run. The compiler at hand makes no such
// tables, so they are written by hand, as newer ones make them: 8-byte places counted from the start of the section, and a symbol for each table.
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

// An indirect jump to where a register points, which the assembler does not know: BPF_JMP | BPF_JA | BPF_X.
#define GOTOX_R1 ".8byte 0x010d;"

volatile __u64 where;
volatile __u64 inner;

__attribute__((naked, used)) static int first_of_section(void)
{
	asm volatile("r0 = 900; exit;");
}

// A function behind the program, and not at the start of its section.
__attribute__((naked, used)) static int code_jump_inner(int index)
{
	asm volatile(
		".pushsection .jumptables,\"\",@progbits;"
		"inner_table: .quad inner_first - .text; .quad inner_second - .text;"
		".size inner_table, 16; .type inner_table, @object; .global inner_table; .popsection;"
		"r1 &= 1;"
		"r1 <<= 3;"
		"r2 = inner_table ll;"
		"r2 += r1;"
		"r1 = *(u64 *)(r2 + 0);"
		GOTOX_R1
		"inner_first: r0 = 100; exit;"
		"inner_second: r0 = 200; exit;");
}

SEC("socket")
__attribute__((naked)) int code_jump_before(void *context)
{
	asm volatile("r0 = 1; exit;");
}

SEC("socket")
__attribute__((naked)) int code_jump(void *context)
{
	asm volatile(
		".pushsection .jumptables,\"\",@progbits;"
		"outer_table: .quad outer_zero - socket; .quad outer_one - socket; .quad outer_two - socket; .quad outer_one - socket;"
		".size outer_table, 32; .type outer_table, @object; .global outer_table; .popsection;"
		"r1 = %[where] ll;"
		"r1 = *(u64 *)(r1 + 0);"
		"if r1 > 3 goto outer_beyond;"
		"r1 <<= 3;"
		"r2 = outer_table ll;"
		"r2 += r1;"
		"r1 = *(u64 *)(r2 + 0);"
		GOTOX_R1
		"outer_zero: r0 = 10; exit;"
		"outer_one: r0 = 11; exit;"
		"outer_two:"
		"r1 = %[inner] ll;"
		"r1 = *(u64 *)(r1 + 0);"
		"call code_jump_inner;"
		"exit;"
		"outer_beyond: r0 = 99; exit;"
		:
		: [where] "i"(&where), [inner] "i"(&inner));
}

char _license[] SEC("license") = "GPL";
