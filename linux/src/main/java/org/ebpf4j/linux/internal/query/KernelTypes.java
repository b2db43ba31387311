package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.relocation.TargetTypes;
import org.jspecify.annotations.Nullable;

/// The types of the running kernel and of the modules that are loaded, each of which continues
/// those of the kernel. Nothing is read before it is wanted; then the descriptors of the modules'
/// types stay open until [#close()], so that they can be given to the kernel. For one load, and not
/// for several threads.
public final class KernelTypes implements TargetTypes, AutoCloseable {
  private static final Set<Integer> REFUSALS = Set.of(Errno.EPERM, Errno.EACCES, Errno.EINVAL);

  private @Nullable Btf kernel;
  private @Nullable List<Module> modules;

  /// The types of one module.
  ///
  /// @param name the module's
  /// @param id the id of the BTF in the kernel
  /// @param fd its descriptor, which belongs to the list
  /// @param types with ids that follow those of the kernel's own
  public record Module(String name, int id, Fd fd, Btf types) {}

  /// {@inheritDoc}
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where it does not say what they are
  @Override
  public Btf kernel() {
    if (kernel == null) {
      kernel = KernelBtf.running();
    }
    return kernel;
  }

  @Override
  public List<Btf> modules() {
    return loaded().stream().map(Module::types).toList();
  }

  /// The modules with types, by the ids of these, without those whose types are damaged. None where
  /// the kernel gives no types of modules (before 5.11), or does not give them to this process.
  ///
  /// @throws KernelException where the kernel refuses for a reason that is no lack of privilege
  public List<Module> loaded() {
    if (modules == null) {
      var found = new ArrayList<Module>();
      try {
        collect(found);
      } catch (RuntimeException | Error e) {
        found.forEach(module -> module.fd().close());
        throw e;
      }
      modules = List.copyOf(found);
    }
    return modules;
  }

  private void collect(List<Module> found) {
    for (var next = Bpf.nextId(ObjectKind.TYPES, 0); next.isPresent(); ) {
      var id = next.getAsInt();
      if (id < 0) {
        check("BTF_GET_NEXT_ID", -id);
        return;
      }
      var opened = Bpf.openById(ObjectKind.TYPES, id);
      if (opened.ok()) {
        take(found, id, opened.fd());
      } else if (opened.errno() != Errno.ENOENT) {
        check("BTF_GET_FD_BY_ID", opened.errno());
        return;
      }
      next = Bpf.nextId(ObjectKind.TYPES, id);
    }
  }

  private static void check(String command, int errno) {
    if (!REFUSALS.contains(errno)) {
      throw KernelException.of("the types of modules", command, errno);
    }
  }

  /// Keeps it if it is a module's, or else closes it.
  private void take(List<Module> found, int id, Fd fd) {
    try {
      var header = ObjectInfo.typesHeader(fd.number());
      if (header.kernel() && !header.name().equals("vmlinux")) {
        var bytes = ObjectInfo.types(fd.number()).bytes();
        var types =
            Btf.readSplit(FileBytes.of(header.name(), bytes, ByteOrder.nativeOrder()), kernel());
        found.add(new Module(header.name(), id, fd, types));
        return;
      }
    } catch (MalformedObjectException _) {
      // Of a module that was built for another kernel, which the kernel takes where it is told not
      // to mind (CONFIG_MODULE_ALLOW_BTF_MISMATCH). What is in it nobody can say.
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
    fd.close();
  }

  @Override
  public void close() {
    if (modules != null) {
      modules.forEach(module -> module.fd().close());
      modules = null;
    }
  }
}
