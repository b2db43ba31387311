package org.ebpf4j.btf;

/// One CO-RE relocation: an instruction with a value that depends on the kernel's types.
///
/// @param slot the instruction, in 8-byte slots from the start of what the record belongs to
/// @param type the id of the type that the object was compiled with
/// @param access what of the type is meant: indices of members and elements, like `0:1:2`
/// @param kind what about it is asked for, a number of `enum bpf_core_relo_kind`
public record CoreRelocation(int slot, int type, String access, int kind) {

  /// The same relocation, for an instruction elsewhere.
  public CoreRelocation at(int otherSlot) {
    return new CoreRelocation(otherSlot, type, access, kind);
  }
}
