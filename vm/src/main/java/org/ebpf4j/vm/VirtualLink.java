package org.ebpf4j.vm;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.vm.internal.program.AttachedCode;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.jspecify.annotations.Nullable;

/// An open link of a [VirtualKernel]. Every hook of it has link objects. It may be used from any
/// thread.
public final class VirtualLink implements Link {
  private final VirtualKernel kernel;
  private final AttachedCode attached;
  private final Optional<AttachPoint> point;
  private final int number;
  private volatile boolean closed;
  private volatile boolean detached;

  /// @param point where it is attached, where that is known
  VirtualLink(VirtualKernel kernel, AttachedCode attached, Optional<AttachPoint> point) {
    this.kernel = kernel;
    this.attached = attached;
    this.point = point;
    this.number = kernel.registry().open(attached);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the link to " + attached.name() + " is closed");
    }
  }

  /// What holds the link.
  ///
  /// @throws IllegalStateException where it is closed
  public VirtualReferences references() {
    checkOpen();
    return VirtualReferences.of(kernel.registry(), attached);
  }

  @Override
  public Optional<AttachPoint> attachPoint() {
    return point;
  }

  @Override
  public String programName() {
    var program = attached.program();
    return program == null ? "no program" : program.name();
  }

  @Override
  public List<Integer> ids() {
    checkOpen();
    return List.of(attached.id());
  }

  @Override
  public void update(BpfProgram program) {
    put(program, null);
  }

  @Override
  public void update(BpfProgram program, BpfProgram expected) {
    if (!put(program, OwnObjects.own(expected).loaded())) {
      var now = attached.program();
      throw refused(
          Errno.EPERM,
          (now == null ? "no program" : "program '" + now.name() + "' (id " + now.id() + ")")
              + " is attached, not '"
              + expected.name()
              + "'");
    }
  }

  private boolean put(BpfProgram program, @Nullable LoadedCode expected) {
    checkOpen();
    if (detached) {
      throw new IllegalStateException("the link to " + attached.name() + " is detached");
    }
    var other = OwnObjects.own(program).loaded();
    var now = attached.program();
    if (now != null && now.type() != other.type()) {
      throw refused(
          Errno.EINVAL,
          "'"
              + other.name()
              + "' ("
              + other.type().label()
              + ") is of another type than program "
              + now.id()
              + " '"
              + now.name()
              + "' ("
              + now.type().label()
              + "), which is attached");
    }
    other.checkFits(attached.point());
    if (now == null) {
      throw refused(Errno.ENOLINK, "the link is detached: somebody else has detached it");
    }
    return attached.update(other, expected);
  }

  private KernelException refused(int errno, String why) {
    return new KernelException("LINK_UPDATE", errno, "the link to " + attached.name() + ": " + why);
  }

  @Override
  public void detach() {
    checkOpen();
    detached = true;
    attached.detach();
  }

  /// Leaves the program attached when this is closed.
  ///
  /// @throws UnsupportedFeatureException where it is not pinned
  @Override
  public void disconnect() {
    checkOpen();
    if (kernel.registry().pins(attached).isEmpty()) {
      throw new UnsupportedFeatureException(
          "links that stay by themselves",
          null,
          "nothing would keep the link to "
              + attached.name()
              + " when it is closed\n  try: pin(…) before");
    }
  }

  @Override
  public boolean isAttached() {
    return !closed && attached.program() != null;
  }

  @Override
  public void pin(Path path) {
    checkOpen();
    kernel.registry().pin(attached, path);
  }

  /// What the program of an iterator writes about the objects that the kernel was given for it
  /// ([VirtualKernel#iterator]). All of it is there before this returns.
  ///
  /// @throws ProgramFaultException where the program does what no program may
  @Override
  public InputStream read() {
    checkOpen();
    var program = attached.program();
    if (!(attached.point() instanceof KernelIterator iterator)) {
      throw new UnsupportedFeatureException(
          "iterators", null, "the link to " + attached.name() + " is no iterator's");
    }
    if (program == null) {
      throw new IllegalStateException("the link to " + attached.name() + " is detached");
    }
    return new ByteArrayInputStream(kernel.runs().iterate(program, iterator));
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kernel.registry().close(number);
    }
  }

  @Override
  public String toString() {
    return "link to "
        + attached.name()
        + " (id "
        + attached.id()
        + (closed ? ", closed)" : attached.program() == null ? ", detached)" : ")");
  }
}
