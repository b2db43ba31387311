package org.ebpf4j.verifierlog;

import static org.ebpf4j.verifierlog.AdviceRow.row;

import java.util.List;

/// What to try where the verifier refuses the code itself: registers and the stack, and programs
/// that do not end or are too large.
final class CodeAdvice {
  static final List<AdviceRow> ROWS =
      List.of(
          row(
              "R0 !read_ok",
              "let the function return a value on every path: r0 is read at its end and nothing was"
                  + " written to it"),
          row(
              "R([1-5]) !read_ok",
              "give the variable a value on every path to this line; in assembly, a call leaves r1"
                  + " to r5 unwritten: keep values in r6 to r9"),
          row(
              "!read_ok",
              "give the variable a value on every path to this line: nothing was written to the"
                  + " register"),
          row("frame pointer is read only", "leave r10 alone: copy it into another register first"),
          row(
              "invalid (indirect )?(read from|access to) stack .*\\+|invalid (indirect )?read from"
                  + " stack",
              "give all bytes of the variable a value first, padding included: struct x value = {};"
                  + " or __builtin_memset"),
          row(
              "combined stack size|tail_calls are not allowed when call stack|[Ss]tack.*[Tt]oo"
                  + " large",
              "keep large variables in a map, such as a per-CPU array with one entry: a program and"
                  + " the functions it calls have 512 bytes of stack together"),
          row(
              "unbounded variable-offset .*stack|variable-offset .*stack|variable stack"
                  + " access|var_off=.*stack|stack.*var_off=",
              "compare the index with the size of the array on the stack first, as an unsigned"
                  + " number: if (i >= sizeof(array)) return 0;"),
          row(
              "invalid write to stack|invalid stack (off|type)|stack R\\d+ off=",
              "stay within the variable: it is on the stack, which has 512 bytes below r10; keep"
                  + " larger data in a map"),
          row(
              "cannot return stack pointer|cannot spill pointers to stack",
              "give results back by value: the stack of a function ends with it"),
          row(
              "corrupt spilled pointer|invalid size of register (spill|fill)|partial copy of"
                  + " pointer|leaking pointer from stack",
              "copy pointers whole, as 8 bytes: a part of one was written or read"),
          row(
              "misaligned .*access",
              "read it with __builtin_memcpy into a variable, or put it where a multiple of its"
                  + " size is: without __attribute__((packed)), or padded"),
          // Programs that do not end, or are too large.
          row(
              "back-edge from insn",
              "use bpf_loop (5.17), bpf_for (6.4) or #pragma unroll: this kernel, or a process"
                  + " without CAP_BPF, takes no loops"),
          row(
              "infinite loop detected",
              "let the loop end after a constant number of rounds: for (int i = 0; i < 100; i++);"
                  + " or use bpf_loop (5.17) or bpf_for (6.4)"),
          row(
              "BPF program is too large|too many insns|exceeds? .* insns|program is too"
                  + " (big|large)",
              "let loops have fewer rounds, or use bpf_loop (5.17) or bpf_for (6.4), whose body is"
                  + " verified once; or split the program by tail calls"),
          row(
              "sequence of \\d+ jumps is too complex|too many (states|jumps)",
              "have fewer branches on the way: move parts into global functions, which are verified"
                  + " once, or split the program by tail calls"),
          row(
              "unreachable insn",
              "take out the code that nothing leads to: it is behind an end (assembly, a function"
                  + " that never returns) or behind a loop without one"),
          row(
              "jump out of range|invalid BPF_LD_IMM insn|call to invalid destination|jump into the"
                  + " middle",
              "compile the file again: the instructions jump or call out of the program, as if it"
                  + " were cut off"),
          row(
              "last insn is not an exit or jmp|no program starts at insn",
              "end the function with a return: it is missing, or code was cut off"),
          row(
              "recursive call|call stack of \\d+ frames is too deep",
              "have functions call each other neither in a circle nor more than 8 deep"),
          row(
              "unknown opcode|uses reserved fields|invalid BPF_\\w+ (opcode|mode)|invalid"
                  + " atomic|unrecognized bpf_ld_imm64|JIT does ?n.t support",
              "compile for an older instruction set, such as -mcpu=v3 or -mcpu=v2: this kernel does"
                  + " not know the instruction"),
          row("div by zero", "divide by something that is not the constant 0"),
          row("invalid shift", "shift by less than the width of the number: 32 or 64"));

  private CodeAdvice() {}
}
