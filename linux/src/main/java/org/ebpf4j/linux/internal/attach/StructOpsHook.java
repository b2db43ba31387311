package org.ebpf4j.linux.internal.attach;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.attachment.Attachment.Detach;
import org.ebpf4j.linux.internal.attachment.HeldProgram;
import org.ebpf4j.linux.internal.attachment.LinkChange;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.attachment.StandingNotes;
import org.ebpf4j.linux.internal.query.Inventory;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.jspecify.annotations.Nullable;

/// Structs of functions that the kernel calls: a map takes the programs, and, where it was created
/// with `BPF_F_LINK`, a link puts it to work. One without goes to work with its value, and stops
/// when that is deleted.
public final class StructOpsHook {
  private static final byte[] KEY = new byte[4];

  /// `BPF_MAP_TYPE_STRUCT_OPS`.
  private static final int STRUCT_OPS = 26;

  private static final int EINPROGRESS = 115;

  /// `BPF_STRUCT_OPS_STATE_INUSE`.
  private static final int IN_USE = 1;

  /// How places are noted, with the id of the map behind it.
  private static final String PLACE = "struct_ops ";

  private StructOpsHook() {}

  /// @param what the map, for messages
  /// @param value the struct of functions with the descriptors of programs
  /// @param program the descriptor of one of its programs; -1 where it has none
  /// @param link whether the map was created with `BPF_F_LINK`
  public static Attachment attach(String what, int map, byte[] value, int program, boolean link) {
    if (!link) {
      return withoutLink(what, map, value, program);
    }
    put(what, map, value, true);
    var result = Bpf.linkCreate(new LinkCreate.StructOps(map));
    if (!result.ok()) {
      throw KernelException.of(what, "LINK_CREATE", result.errno());
    }
    return Attachment.ofLink(result.fd());
  }

  /// Without a link the map holds itself, and stays at work when the process is killed: the next
  /// that registers one takes it out of work.
  private static Attachment withoutLink(String what, int map, byte[] value, int program) {
    removeLeft();
    var kept = Fd.duplicate(map);
    Detach detach =
        () -> {
          var failed = Bpf.mapDelete(kept.number(), KEY);
          // Somebody else may have taken it out of work.
          if (failed != 0 && failed != Errno.ENOENT && failed != EINPROGRESS) {
            throw KernelException.of(what, "MAP_DELETE_ELEM", failed);
          }
        };
    if (program < 0) {
      register(what, kept, value, null);
      return Attachment.ofHook(List.of(kept), detach).asking(() -> isAtWork(kept, value.length));
    }
    var held = HeldProgram.of(program, kept);
    // Where the kernel keeps no note (before 5.10), it is as it would be without one.
    var _ = held.note(PLACE + ObjectInfo.map(map).id());
    register(what, kept, value, held);
    return Attachment.ofHook(
            List.of(kept),
            held,
            detach,
            (_, _) -> {
              throw LinkChange.noUpdate(what, "the kernel exchanges structs that have links only");
            })
        .asking(() -> isAtWork(kept, value.length));
  }

  /// `struct bpf_struct_ops_common_value`: the count of references, and then the state.
  private static boolean isAtWork(Fd map, int size) {
    var value = new byte[size];
    return Bpf.mapLookup(map.number(), KEY, value) == 0
        && ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(4) == IN_USE;
  }

  private static void register(String what, Fd map, byte[] value, @Nullable HeldProgram held) {
    try {
      put(what, map.number(), value, false);
    } catch (RuntimeException | Error e) {
      if (held != null) {
        held.close();
      }
      map.close();
      throw e;
    }
  }

  private static void removeLeft() {
    for (var entry : StandingNotes.left(PLACE)) {
      var id = Integer.parseInt(entry.place().substring(PLACE.length()));
      var opened = Bpf.openById(ObjectKind.MAP, id);
      if (opened.ok()) {
        try (var map = opened.fd()) {
          if (ObjectInfo.map(map.number()).type() == STRUCT_OPS) {
            Bpf.mapDelete(map.number(), KEY);
          }
        }
      }
    }
  }

  /// Has the kernel call other functions in the place of those that a link registered.
  ///
  /// @param link the descriptor of the link
  public static void update(String what, int map, byte[] value, int link) {
    put(what, map, value, true);
    var errno = LinkCalls.update(link, map, 0);
    if (errno == 0) {
      return;
    }
    var reason =
        switch (errno) {
          case Errno.EINVAL ->
              "the kernel exchanges structs of one type alone, whose names are the same where they"
                  + " have one (TCP), and of maps in sections .struct_ops.link";
          case Errno.EOPNOTSUPP, Errno.ENOTSUPP ->
              "the part of the kernel that calls these functions exchanges none"
                  + "\n  try: close the link, and register the map";
          default -> "";
        };
    throw reason.isEmpty()
        ? KernelException.of(what, "LINK_UPDATE", errno)
        : new KernelException(
            "LINK_UPDATE", errno, what + ": LINK_UPDATE: " + Errno.describe(errno) + ": " + reason);
  }

  private static void put(String what, int map, byte[] value, boolean link) {
    var errno = Bpf.mapUpdate(map, KEY, value, 0);
    // One that has its value already is put to work once more.
    if (errno == 0 || (link && errno == Errno.EBUSY)) {
      return;
    }
    if (errno == Errno.EEXIST) {
      throw new KernelException(
          "MAP_UPDATE_ELEM",
          errno,
          what
              + ": MAP_UPDATE_ELEM: "
              + Errno.describe(errno)
              + ": the kernel has one of the same name already"
              + others(map)
              + "\n  try: another name in the struct");
    }
    throw KernelException.of(what, "MAP_UPDATE_ELEM", errno);
  }

  /// The other maps of that struct, with who holds them; the kernel may have one of its own
  /// instead.
  private static String others(int map) {
    var own = ObjectInfo.map(map);
    try {
      var found =
          Inventory.all(ObjectKind.MAP, ObjectInfo::map).stream()
              .filter(m ->
                  m.type() == own.type()
                      && m.id() != own.id()
                      && m.types().kernelValueType() == own.types().kernelValueType())
              .map(m -> Occupant.map(m.id(), m.name()))
              .toList();
      return found.isEmpty()
          ? ", of its own"
          : ": of its own, or that of " + String.join("; ", found);
    } catch (BpfException _) {
      return "";
    }
  }
}
