package org.ebpf4j.relocation;

import java.util.List;
import org.ebpf4j.btf.Btf;

/// The types that programs are to fit. They are asked for when the first relocation needs them, and
/// then once. It is asked by the thread that relocates.
public interface TargetTypes {
  /// The kernel's types, or those of a file that stand in for them.
  Btf kernel();

  /// The types of the kernel's modules, each over [#kernel()]: where a type is sought that the
  /// kernel itself does not have. None where a file stands in for the kernel.
  List<Btf> modules();
}
