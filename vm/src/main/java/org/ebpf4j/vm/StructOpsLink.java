package org.ebpf4j.vm;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.vm.internal.program.RegisteredStruct;

/// The link by which a struct of functions is registered. It may be used from any thread.
final class StructOpsLink implements Link {
  private final VirtualKernel kernel;
  private final RegisteredStruct registered;
  private final int number;
  private volatile boolean closed;

  StructOpsLink(VirtualKernel kernel, RegisteredStruct registered) {
    this.kernel = kernel;
    this.registered = registered;
    this.number = kernel.registry().open(registered);
  }

  RegisteredStruct registered() {
    if (closed) {
      throw new IllegalStateException("the link to " + registered.name() + " is closed");
    }
    return registered;
  }

  @Override
  public Optional<AttachPoint> attachPoint() {
    return Optional.empty();
  }

  @Override
  public String programName() {
    return registered.name();
  }

  @Override
  public List<Integer> ids() {
    return List.of(registered().id());
  }

  private static UnsupportedFeatureException noProgram() {
    return new UnsupportedFeatureException(
        "another program",
        null,
        "a struct of functions is replaced as a whole\n  try: object.register(map, link)");
  }

  @Override
  public void update(BpfProgram program) {
    throw noProgram();
  }

  @Override
  public void update(BpfProgram program, BpfProgram expected) {
    throw noProgram();
  }

  @Override
  public void detach() {
    registered().replace(registered.name(), List.of());
  }

  @Override
  public void disconnect() {
    throw new UnsupportedFeatureException(
        "links that stay by themselves",
        null,
        "nothing would keep '" + registered.name() + "' registered\n  try: pin(…) before");
  }

  @Override
  public boolean isAttached() {
    return !closed && registered.isAttached();
  }

  @Override
  public void pin(Path path) {
    kernel.registry().pin(registered(), path);
  }

  @Override
  public InputStream read() {
    throw new UnsupportedFeatureException(
        "iterators", null, "the link to " + registered.name() + " is no iterator's");
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
    return "link to struct_ops '" + registered.name() + "' (id " + registered.id() + ")";
  }
}
