package org.ebpf4j.error;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What to try when the verifier says no: a sentence for each of the common faults, found by the
/// line that tells it. The first row that matches wins.
final class VerifierAdvice {
  private record Advice(Pattern pattern, String text) {}

  private static final List<Advice> TABLE =
      List.of(
          advice(
              "(mem access|arithmetic on) '?(map_value_or_null|mem_or_null|sock_or_null|\\w+_or_null)",
              "the pointer may be null: compare the result of the helper (bpf_map_lookup_elem and its like) with null before using it"),
          advice(
              "cannot call GPL-restricted function",
              "the program calls a helper that only GPL-compatible programs may call: give the object a license,"
                  + " char _license[] SEC(\"license\") = \"GPL\""),
          advice(
              "invalid func unknown#",
              "this kernel has no helper of that number; it may be older than the helper"),
          advice(
              "unknown func ",
              "programs of this type may not call that helper, or this kernel is older than it"),
          advice(
              "program of this type cannot use helper",
              "programs of this type may not call that helper"),
          advice(
              "R0 !read_ok",
              "r0 is read before it is written: a function that returns a value sets r0 before exit"),
          advice(
              "!read_ok",
              "a register is read before it is written; a call leaves r1 to r5 unwritten"),
          advice(
              "invalid (indirect )?(read from|access to) stack .*\\+|invalid (indirect )?read from stack",
              "stack memory is read before all of it is written"),
          advice(
              "(invalid write to stack|invalid stack (off|type)|invalid unbounded variable-offset .*stack|combined stack size)",
              "a program and what it calls have 512 bytes of stack, below r10; keep larger data in a map"),
          advice(
              "misaligned (\\w+ )?access",
              "a number is read or written at a place that is no multiple of its size"),
          advice(
              "back-edge from insn",
              "the program loops, and this kernel or its bounds do not show that the loop ends"),
          advice(
              "(infinite loop detected|BPF program is too large|too many insns|exceeds? .* insns)",
              "the verifier cannot see the program end: bound the loops, or make the program smaller"),
          advice("unreachable insn", "some instructions are never reached"),
          advice(
              "invalid access to (packet|map value|mem)|outside of the (packet|allowed memory range)",
              "an access may go beyond the end: compare the pointer or offset with the end first"),
          advice(
              "unbounded memory access|math between .* pointer and register|unbounded min value",
              "an index or offset may be anything: compare it with its bounds first, as an unsigned number"),
          advice(
              "invalid bpf_context access",
              "this field of the context is not there for programs of this type, or is read with another width"),
          advice(
              "dereference of modified ctx",
              "fields of the context are read at constant offsets from the pointer that the program was given"),
          advice("jump out of range", "a jump leads out of the program"),
          advice(
              "last insn is not an exit or jmp",
              "a function does not end with exit: a return is missing, or code was cut off"),
          advice(
              "[Uu]nreleased reference",
              "what a helper acquired (a socket, a ring buffer's record) is not given back on every path to exit"),
          advice(
              "At program exit the register R0",
              "programs of this type and hook must return a number in the range that the line names"),
          advice(
              "recursive call|call stack of \\d+ frames is too deep",
              "functions call each other in a circle, or more than 8 deep"),
          advice(
              "R\\d+ type=\\S+ expected=",
              "the function called wants another kind of argument in that register"),
          advice(
              "leaks addr",
              "without privileges a program may not give away addresses of the kernel"),
          advice(
              "invalid mem access '(scalar|inv)'",
              "a number is used as a pointer; kernel memory is read with bpf_probe_read_kernel"));

  private VerifierAdvice() {}

  private static Advice advice(String pattern, String text) {
    return new Advice(Pattern.compile(pattern), text);
  }

  /// What to try about the fault that `telling` tells; empty where it is not in the table.
  static Optional<String> on(String telling) {
    return TABLE.stream()
        .filter(a -> a.pattern().matcher(telling).find())
        .map(Advice::text)
        .findFirst();
  }
}
