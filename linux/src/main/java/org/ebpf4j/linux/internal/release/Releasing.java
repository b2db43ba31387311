package org.ebpf4j.linux.internal.release;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.query.Ids;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReleaseAction;

/// Does what takes a reference away. Each place is looked at again just before: where something
/// else is there by now, nothing is done.
public final class Releasing {
  private static final String WHAT = "releasing it";

  private Releasing() {}

  /// Takes a reference to an object away.
  ///
  /// @throws BpfException where the kernel refuses it, or where the place has changed meanwhile
  public static void perform(ObjectKey object, ReleaseAction action) {
    switch (action) {
      case ReleaseAction.RemovePin pin -> removePin(object, Path.of(pin.path()));
      case ReleaseAction.DetachLink link -> detachLink(link);
      case ReleaseAction.Unregister map -> unregister(map);
      case ReleaseAction.RemoveEntry entry -> removeEntry(object, entry.slot());
      case ReleaseAction.DetachSockmap sockmap -> detachSockmap(object, sockmap.hook());
      case ReleaseAction.DetachCgroup cgroup -> detachCgroup(object, cgroup.hook());
      case ReleaseAction.DetachXdp xdp -> NetworkReleasing.detach(object, xdp.hook());
      case ReleaseAction.RemoveFilter filter -> NetworkReleasing.remove(object, filter.filter());
      case ReleaseAction.DetachNetwork network -> NetworkReleasing.detach(object, network.hook());
      case ReleaseAction.RemoveRoute route -> NetworkReleasing.remove(route);
    }
  }

  /// What is said where a place is not as it was found.
  static BpfException changed(ReleaseAction action) {
    return changed(action.text());
  }

  static BpfException changed(String action) {
    return new BpfException(
        "cannot "
            + action
            + ": it is not as it was listed any more, and was left alone"
            + "\n  try: the same command again");
  }

  static Fd program(ObjectKey object) {
    return Ids.open(ObjectKind.PROGRAM, object.id());
  }

  static AttachType attachType(String label) {
    return AttachType.parse(label)
        .orElseThrow(() -> new BpfException(label + " is no known attach type"));
  }

  static void check(String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(WHAT, command, errno);
    }
  }

  private static void removePin(ObjectKey object, Path path) {
    var opened = Bpf.openPin(path.toString());
    if (!opened.ok()) {
      throw KernelException.of(path.toString(), "OBJ_GET", opened.errno());
    }
    try (var fd = opened.fd()) {
      if (!object.equals(pinned(fd))) {
        throw changed(new ReleaseAction.RemovePin(path.toString()));
      }
    }
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw FileError.of(path, "removed", e);
    }
  }

  private static ObjectKey pinned(Fd fd) {
    try {
      var kind = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number())).toString();
      var type =
          switch (kind) {
            case "anon_inode:bpf-prog" -> ObjectType.PROGRAM;
            case "anon_inode:bpf-map" -> ObjectType.MAP;
            default -> ObjectType.LINK;
          };
      var info = new byte[8];
      check("OBJ_GET_INFO_BY_FD", Bpf.info(fd.number(), info, 0, 0, new int[0]));
      return new ObjectKey(type, ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(4));
    } catch (IOException e) {
      throw new BpfException("what is pinned cannot be told: " + e.getMessage(), e);
    }
  }

  private static void detachLink(ReleaseAction.DetachLink link) {
    try (var fd = Ids.open(ObjectKind.LINK, link.link())) {
      check("LINK_DETACH of link " + link.link(), LinkCalls.detach(fd.number()));
    }
  }

  private static void unregister(ReleaseAction.Unregister map) {
    try (var fd = Ids.open(ObjectKind.MAP, map.map())) {
      check(
          "MAP_DELETE_ELEM of map " + map.map(),
          Bpf.mapDelete(fd.number(), new byte[Integer.BYTES]));
    }
  }

  private static void removeEntry(ObjectKey object, Reference.Slot slot) {
    try (var fd = Ids.open(ObjectKind.MAP, slot.map())) {
      var info = ObjectInfo.map(fd.number());
      var key = key(slot.key());
      var value = new byte[info.valueSize()];
      var offset = slot.kind().equals("devmap") || slot.kind().equals("cpumap") ? 4 : 0;
      var type = slot.kind().equals("map_in_map") ? ObjectType.MAP : ObjectType.PROGRAM;
      if (object.type() != type
          || key.length != info.keySize()
          || Bpf.mapLookup(fd.number(), key, value) != 0
          || ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(offset) != object.id()) {
        throw changed(new ReleaseAction.RemoveEntry(slot));
      }
      check("MAP_DELETE_ELEM of map " + slot.map(), Bpf.mapDelete(fd.number(), key));
    }
  }

  private static byte[] key(String text) {
    return text.startsWith("0x")
        ? HexFormat.of().parseHex(text.substring(2))
        : ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.nativeOrder())
            .putInt(Integer.parseUnsignedInt(text))
            .array();
  }

  private static void detachSockmap(ObjectKey object, Reference.Sockmap hook) {
    // The kernel takes off this program only.
    try (var map = Ids.open(ObjectKind.MAP, hook.map());
        var program = program(object)) {
      check(
          "PROG_DETACH from map " + hook.map(),
          Bpf.progDetach(map.number(), program.number(), attachType(hook.attachType()).number()));
    }
  }

  private static void detachCgroup(ObjectKey object, Reference.Cgroup hook) {
    var opened = FileIo.openDirectory(hook.path());
    if (!opened.ok()) {
      throw KernelException.of("cgroup " + hook.path(), "open", opened.errno());
    }
    var type = attachType(hook.attachType()).number();
    try (var cgroup = opened.fd();
        var program = program(object)) {
      // A cgroup with one program gives it up for any descriptor.
      var there = LinkCalls.query(cgroup.number(), type, false);
      if (Arrays.stream(there.programs()).noneMatch(id -> id == object.id())) {
        throw changed(new ReleaseAction.DetachCgroup(hook));
      }
      var errno = Bpf.progDetach(cgroup.number(), program.number(), type);
      if (errno == Errno.ENOENT) {
        throw changed(new ReleaseAction.DetachCgroup(hook));
      }
      check("PROG_DETACH from cgroup " + hook.path(), errno);
    }
  }
}
