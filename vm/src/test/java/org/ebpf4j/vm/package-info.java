@NullMarked
package org.ebpf4j.vm;

import org.jspecify.annotations.NullMarked;
