package org.ebpf4j.verifierlog;

import static org.ebpf4j.verifierlog.AdviceRow.row;

import java.util.List;

/// What to try where the verifier refuses an access to memory, or arithmetic on a pointer.
final class AccessAdvice {
  private static final String NOT_A_POINTER =
      "read it with bpf_probe_read_kernel (bpf_probe_read_user for a process' memory, BPF_CORE_READ"
          + " for fields): to the verifier it is a number, not a pointer";

  static final List<AdviceRow> ROWS =
      List.of(
          row(
              "invalid access to packet, off=(-?\\d+) size=(\\d+)",
              (m, _) ->
                  "compare the end of this access with the end of the packet first: if (data + "
                      + (Long.parseLong(m.group(1)) + Long.parseLong(m.group(2)))
                      + " > data_end) return 0;"),
          row(
              "offset is outside of the packet",
              "compare the pointer with data_end after the offset was added, and the offset with a"
                  + " constant before"),
          row(
              "invalid zero-sized read",
              (_, s) ->
                  s.called()
                          .filter(f -> f.matches("bpf_map_(lookup|update|delete)_elem"))
                          .isPresent()
                      ? "a map without keys, such as a queue, a stack or a bloom filter, takes"
                          + " bpf_map_push_elem, bpf_map_pop_elem and bpf_map_peek_elem"
                      : "let the size be more than 0: if (size == 0) return 0; before the call"),
          row(
              "use 'var &= const'|min value is negative, either use unsigned or",
              "bound the size before the call, in an unsigned variable: if (size > sizeof(buffer))"
                  + " return 0;"),
          row(
              "invalid access to (?:map (?:value|key)|memory).* off=(-?\\d+) size=(\\d+)",
              (m, s) ->
                  "compare the index with the number of elements first: "
                      + s.object().orElse("the memory ends there")
                      + ", and this access reaches byte "
                      + (Long.parseLong(m.group(1)) + Long.parseLong(m.group(2)))),
          row(
              "unbounded memory access|outside of the allowed memory range|min value is"
                  + " negative|unbounded min value|pointer be out of bounds|pointer offset -?\\d+"
                  + " is not allowed|pointer and -?\\d+ is not allowed",
              (_, s) ->
                  "compare the index with the number of elements first, as an unsigned number: if"
                      + " (i >= N) return 0;"
                      + s.object().map(o -> " (" + o + ")").orElse("")),
          row(
              "write into map forbidden",
              (_, s) ->
                  "make it a variable without const, or set it before the object is loaded (--set):"
                      + " programs only read "
                      + s.object()
                          .map(o ->
                              o.replaceFirst("^a value of ", "").replaceFirst(" ha(s|ve) .*", ""))
                          .orElse("this map")),
          row(
              "read from map forbidden",
              "take the flag BPF_F_WRONLY_PROG from the map: programs may not read it"),
          row(
              "cannot write into packet",
              "use a helper such as bpf_skb_store_bytes: programs of this type may not write to"
                  + " packets"),
          row(
              "cannot write into|only read (from \\S+ )?is supported|is read.?only",
              "copy it into a variable and change that: this memory is the kernel's, which programs"
                  + " change by helpers and kernel functions only"),
          row(
              "invalid bpf_context access off=(\\d+) size=(\\d+)",
              (m, s) ->
                  (s.stores()
                          ? "write only those fields of the context that programs of this type may"
                              + " change, with their width: not the "
                          : "read fields by their names in the struct of the context, with the"
                              + " width that they have there: programs of this type have none of"
                              + " ")
                      + m.group(2)
                      + " bytes at offset "
                      + m.group(1)),
          row(
              "dereference of modified ctx|modified ctx ptr|variable ctx access",
              "read fields at constant offsets from the context that the program was given, not"
                  + " from a pointer that was calculated"),
          row(
              "doesn't have \\d+-th argument",
              "take as many arguments as the kernel's function has (its prototype: ebpf4j btf"
                  + " dump)"),
          row(
              "invalid mem access '(scalar|inv)'",
              (_, s) -> s.lost().map(AccessAdvice::regain).orElse(NOT_A_POINTER)),
          row(
              "access beyond (struct|the end of)|is ptr_\\S+ (invalid|access)|cannot access ptr"
                  + " member",
              "read fields of the kernel's structs by their names, with preserve_access_index, or"
                  + " with BPF_CORE_READ"),
          row(
              "invalid mem access|invalid .* buffer access|invalid variable buffer",
              "access only what the pointer leads to: the kind of this pointer allows no such"
                  + " access"),
          // Arithmetic on pointers.
          row(
              "pointer \\+= pointer|pointer \\S+ pointer prohibited",
              "add numbers to pointers, not pointers: subtract one from the other first, where both"
                  + " lead into the packet"),
          row(
              "(arithmetic|bitwise) (?:with )?.*operator.*prohibited|unsupported alu"
                  + " operation|32-bit pointer arithmetic",
              "calculate with a number first, in 64 bits, and then add it to the pointer: pointers"
                  + " are only added to and subtracted from"),
          row(
              "pointer arithmetic|subtract pointer from scalar|subtraction from stack pointer",
              "use the pointer as it was given: nothing may be added to one of this kind"),
          row(
              "pointer comparison prohibited",
              "compare pointers with null, or those into a packet with data_end; others may not be"
                  + " compared"),
          row(
              "same insn cannot be used with different pointers",
              "access the memory within each branch: this instruction is reached with pointers of"
                  + " different kinds"));

  private AccessAdvice() {}

  /// What to do about a pointer that a call made invalid, or that is null.
  static String regain(LostPointer lost) {
    return switch (lost) {
      case LostPointer.Null() ->
          "leave the access out where the pointer is null: it is on this path";
      case LostPointer.Packet(var call) ->
          "read data and data_end from the context again after "
              + call
              + ", and compare them again: the packet may have moved, so that pointers from before"
              + " mean nothing";
      case LostPointer.Released(var call) ->
          "use the pointer before " + call + " only: that gave back what it leads to";
    };
  }
}
