package org.ebpf4j.program.run;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.UnsupportedFeatureException;

/// A program on a hook of a [JvmKernel].
final class JvmLink implements Link {
  private final JvmKernel kernel;
  private final AttachPoint point;
  private final int id;
  private volatile JvmLoaded program;
  private volatile boolean open = true;
  private volatile boolean attached = true;

  @SuppressWarnings("this-escape") // The kernel keeps it, and calls nothing of it yet.
  JvmLink(JvmKernel kernel, AttachPoint point, JvmLoaded program) {
    this.kernel = kernel;
    this.point = point;
    this.program = program;
    this.id = kernel.add(this);
  }

  int id() {
    return id;
  }

  AttachPoint point() {
    return point;
  }

  JvmLoaded program() {
    return program;
  }

  private void checkOpen() {
    if (!open) {
      throw new IllegalStateException("the link to " + point.describe() + " is closed");
    }
  }

  private static UnsupportedFeatureException none(String what) {
    return new UnsupportedFeatureException(what, null, "the kernel of plain Java has no " + what);
  }

  @Override
  public Optional<AttachPoint> attachPoint() {
    return Optional.of(point);
  }

  @Override
  public String programName() {
    return program.name();
  }

  @Override
  public List<Integer> ids() {
    checkOpen();
    return List.of(id);
  }

  @Override
  public void update(BpfProgram other) {
    checkOpen();
    program = JvmLoaded.own(other);
  }

  @Override
  public void update(BpfProgram other, BpfProgram expected) {
    if (JvmLoaded.own(expected) != program) {
      throw new org.ebpf4j.error.KernelException(
          "LINK_UPDATE",
          org.ebpf4j.error.Errno.EPERM,
          point.describe() + " has program '" + program.name() + "'");
    }
    update(other);
  }

  @Override
  public void detach() {
    checkOpen();
    attached = false;
    kernel.remove(this);
  }

  @Override
  public void disconnect() {
    throw none("links that stay by themselves");
  }

  @Override
  public boolean isAttached() {
    return open && attached;
  }

  @Override
  public void pin(Path path) {
    throw none("pins");
  }

  @Override
  public InputStream read() {
    throw none("iterators");
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
    kernel.remove(this);
  }
}
