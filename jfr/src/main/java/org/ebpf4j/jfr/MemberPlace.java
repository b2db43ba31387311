package org.ebpf4j.jfr;

import org.ebpf4j.btf.BtfType;

/// Where a member of a struct is in an event.
///
/// @param path its name, after those of the structs that it is in
/// @param bit the bit from the start of the event
/// @param depth in how many structs it is
record MemberPlace(String path, long bit, int depth) {
  MemberPlace inner(BtfType.Member member) {
    var name =
        path.isEmpty() || member.name().isEmpty()
            ? path + member.name()
            : path + '.' + member.name();
    return new MemberPlace(name, bit + member.bitOffset(), depth + 1);
  }
}
