/// Java source made of object files: one class for each, with its programs, maps, variables and the
/// types that these use. Pure functions of an object; nothing is compiled or loaded.
@NullMarked
package org.ebpf4j.generate;

import org.jspecify.annotations.NullMarked;
