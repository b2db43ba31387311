package org.ebpf4j.verifierlog;

import static org.ebpf4j.verifierlog.Advice.row;

import java.util.List;

/// What to try about what a program owes: references, arguments, results, types.
final class ContractAdvice {
  static final List<Advice> ROWS =
      List.of(
          // References.
          row(
              "[Uu]nreleased reference|reference leak|tail_call would lead to",
              (_, s) ->
                  "give it back on every path to the end: "
                      + s.origin().map(Releases::of).orElse("call what releases it")),
          row(
              "must be referenced|is an unacquired reference|release .*(unowned|reference has not"
                  + " been acquired)|must be (a )?(rcu|trusted)|trusted or rcu|R\\d+ must be"
                  + " .*trusted|is untrusted",
              "pass a pointer that the kernel vouches for: an argument of the hook (BPF_PROG), or"
                  + " what an acquiring function such as bpf_task_from_pid gave, compared with"
                  + " null"),
          // Arguments.
          row(
              "is not a known constant|must be a (known )?constant",
              "pass a constant: the compiler must know the value"),
          row(
              "cannot pass map_type (\\d+) into func (\\w+)",
              (m, _) -> "use a map of another type: " + m.group(2) + " does not work on this one"),
          row(
              "expected pointer to ctx|type=\\S+ expected=ctx",
              (_, s) ->
                  "pass the context that the program was given to "
                      + s.called().orElse("the function")),
          row(
              "[Ee]xpected an? (?:un)?initialized (\\w+)|Dynptr has to be|cannot overwrite"
                  + " referenced dynptr|initialized iter",
              "begin and end it in order, on every path: bpf_dynptr_from_…, bpf_iter_…_new first,"
                  + " and no second time before it is released"),
          row(
              "R(\\d+) type=(\\S+) expected=([\\w, ]+)",
              (m, s) ->
                  "pass "
                      + kind(m.group(3).strip())
                      + " as argument "
                      + m.group(1)
                      + " of "
                      + s.called().orElse("the function called")
                      + ", not "
                      + kind(m.group(2))),
          row(
              "is of type \\S+ but \\S+ is expected|pointer type .* must point to|arg#\\d+ ",
              (_, s) ->
                  "pass what "
                      + s.called().orElse("the function called")
                      + " takes (its prototype: ebpf4j btf dump)"),
          row(
              "[Gg]lobal function|[Cc]aller passes invalid args|func#\\d+ (args|does)|doesn't"
                  + " return scalar",
              "make the function static, or let it take numbers, the context and pointers to memory"
                  + " with sizes only, and return a number"),
          row(
              "At program exit the register R0|At async callback|R0 not a scalar|should have been"
                  + " in",
              "return a number in the range that the line names: what programs of this type and"
                  + " hook return has a meaning to the kernel"),
          row(
              "leaks addr|leak pointer",
              "keep the kernel's addresses in the program, or give the process CAP_PERFMON:"
                  + " without, they may not get out"),
          // Tail calls, callbacks, kinds of maps.
          row(
              "tail_calls? (are|is) not allowed|mixing of tail_calls",
              "make tail calls from the program itself, not from a function of it, or have the"
                  + " functions inlined (__always_inline)"),
          row(
              "preallocated hash map|only use preallocated",
              "take the flag BPF_F_NO_PREALLOC from the map: programs of this type may run where"
                  + " memory cannot be had"),
          row(
              "[Ss]leepable programs can only use|sleepable.*map",
              "use an array, a hash, a ring buffer or local storage in a sleepable program"),
          row(
              "progs? cannot use (\\S+) yet|cannot use bpf_(spin_lock|timer|list_head)",
              "use that part of the map in a program of another type: those of this type may not"),
          row(
              "not pointing to valid bpf_map|maps per program has reached|too many maps",
              "use no more than 64 maps in a program, and keep them open until it is loaded"),
          row(
              "map_ptr access|direct value access|associated arena|addr_space_cast",
              "reach the map by its helpers, or the arena by a map of type arena that the program"
                  + " refers to"),
          row(
              "callback function not|is not marked as callback|callback .*not allowed",
              "pass a static function of the same file as the callback, with the parameters that"
                  + " the helper names"),
          // Targets and types.
          row(
              "attach_btf_id|is not modifiable|is not sleepable|btf_trace|[Cc]annot"
                  + " (replace|extend|recursively attach)|Subprog \\S+ doesn't exist|attach to"
                  + " unsupported member|is not a function|denied by|func_proto",
              "attach to another function: the kernel allows no program of this type at this one"),
          row(
              "line_info|func_info|func#\\d+ .*BTF|malformed|BTF",
              "compile the file again with -g, by one compiler: its types and lines do not match"
                  + " its instructions"),
          row(
              "unpriv|!root|CAP_(BPF|PERFMON|SYS_ADMIN)|prohibited for",
              "run as root, or with CAP_BPF and CAP_PERFMON: without them programs may do less"),
          row(
              "verifier (internal )?(error|bug)|verifier BUG|BUG |INVARIANTS|misconfigured",
              "report it to the makers of the kernel with the log (--log), or try other flags of"
                  + " the compiler (-O1, -mcpu=v2): the verifier itself is at fault"));

  private ContractAdvice() {}

  /// What the verifier's name of a kind of value stands for.
  private static String kind(String name) {
    if (name.contains(", ")) {
      return name.contains("map_value") || name.contains("mem")
          ? "a pointer to memory (the stack, a packet, the value of a map)"
          : "one of " + name;
    }
    return switch (name) {
      case "map_ptr" -> "a map";
      case "ctx" -> "the context";
      case "fp" -> "a pointer to the stack";
      case "scalar", "inv" -> "a number";
      case "map_value" -> "a pointer to the value of a map";
      case "pkt" -> "a pointer into the packet";
      case "mem" -> "a pointer to memory";
      case "sock", "sock_common", "tcp_sock" -> "a socket";
      case "const_map_ptr" -> "a constant map";
      default -> name;
    };
  }
}
