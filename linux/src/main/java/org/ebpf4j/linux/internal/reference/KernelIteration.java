package org.ebpf4j.linux.internal.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.ProgramLoad;

/// An iterator of the kernel's, with a program that [IteratorCode] makes. It can be run several
/// times.
final class KernelIteration implements AutoCloseable {
  private static final int LOG_SIZE = 64 * 1024;
  private static final int READ_SIZE = 1 << 20;
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON);

  private final String name;
  private final int recordSize;
  private final Fd program;
  private final Fd link;

  private KernelIteration(String name, int recordSize, Fd program, Fd link) {
    this.name = name;
    this.recordSize = recordSize;
    this.program = program;
    this.link = link;
  }

  /// Loads it.
  ///
  /// @param name what is iterated over: `bpf_prog`
  /// @throws UnsupportedFeatureException where the kernel has no such iterator
  /// @throws BpfException where the kernel refuses
  static KernelIteration open(Layout layout, String name, IteratorCode code) {
    var target = layout.function("bpf_iter_" + name);
    if (target.isEmpty()) {
      throw new UnsupportedFeatureException(
          "iterator " + name, null, "this kernel has no iterator " + name);
    }
    var load =
        ProgramLoad.of(
                ProgramType.TRACING.number(),
                code.assemble().toBytes(ByteOrder.nativeOrder()),
                "GPL",
                "ebpf4j_why")
            .withAttachType(AttachType.TRACE_ITER.number())
            .withTarget(new ProgramLoad.Target(target.getAsInt(), 0));
    var program = load(name, load);
    try {
      var link = Bpf.linkCreate(new LinkCreate.Iterator(program.number(), new int[0]));
      if (!link.ok()) {
        throw Refusal.of(what(name), "LINK_CREATE", link.errno(), NEEDS);
      }
      return new KernelIteration(name, code.recordSize(), program, link.fd());
    } catch (RuntimeException | Error e) {
      program.close();
      throw e;
    }
  }

  private static String what(String name) {
    return "the kernel's own count of references (iterator " + name + ")";
  }

  private static Fd load(String name, ProgramLoad load) {
    var result = Bpf.progLoad(load, 0, 0).result();
    if (result.errno() == Errno.EPERM && Memlock.lift()) {
      result = Bpf.progLoad(load, 0, 0).result();
    }
    if (result.ok()) {
      return result.fd();
    }
    if (result.errno() == Errno.EPERM) {
      throw Refusal.of(what(name), "PROG_LOAD", result.errno(), NEEDS);
    }
    var logged = Bpf.progLoad(load, 1, LOG_SIZE);
    if (logged.result().ok()) {
      return logged.result().fd();
    }
    throw new KernelException(
        "PROG_LOAD",
        result.errno(),
        what(name) + ": PROG_LOAD: " + Errno.describe(result.errno()) + "\n" + logged.log());
  }

  /// The id of its program, which is no concern of who asks.
  int programId() {
    return ObjectInfo.program(program.number()).id();
  }

  /// The id of its link.
  int linkId() {
    return ObjectInfo.link(link.number()).id();
  }

  /// Runs it: the records.
  List<long[]> run() {
    var opened = Bpf.iterCreate(link.number());
    if (!opened.ok()) {
      throw Refusal.of(what(name), "ITER_CREATE", opened.errno(), NEEDS);
    }
    var records = new ArrayList<long[]>();
    try (var stream = opened.fd()) {
      var bytes = new byte[READ_SIZE];
      var kept = 0;
      while (true) {
        var count = FileIo.read(stream.number(), bytes, kept);
        if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
          continue; // After a million objects that wrote nothing.
        }
        if (count < 0) {
          throw KernelException.of(what(name), "read", -count);
        }
        if (count == 0) {
          return records;
        }
        kept = take(bytes, kept + count, records);
      }
    }
  }

  /// Takes the whole records, and moves what is left to the beginning: how many bytes.
  private int take(byte[] bytes, int length, List<long[]> records) {
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    var at = 0;
    for (; at + recordSize <= length; at += recordSize) {
      var words = new long[recordSize / Long.BYTES];
      for (int i = 0; i < words.length; i++) {
        words[i] = buffer.getLong(at + i * Long.BYTES);
      }
      records.add(words);
    }
    System.arraycopy(bytes, at, bytes, 0, length - at);
    return length - at;
  }

  @Override
  public void close() {
    link.close();
    program.close();
  }
}
