;;; eglot.el --- emacs --batch --load eglot.el FILE SERVER-COMMAND…: what eglot shows of FILE, as JSON  -*- lexical-binding: t -*-

(require 'package)
(package-initialize)
(require 'eglot)
(require 'haskell-mode)
(require 'json)

(defun until (what happened)
  "Wait until HAPPENED gives something, and return it; say WHAT did not come."
  (let ((deadline (+ (float-time) 60)) value)
    (while (not (setq value (funcall happened)))
      (when (> (float-time) deadline) (error "There is no %s" what))
      (accept-process-output nil 0.1))
    value))

(let* ((file (pop command-line-args-left))
       (server command-line-args-left)
       (eglot-server-programs `((haskell-mode . ,server)))
       (eglot-connect-timeout 60)
       (eglot-sync-connect 60))
  (setq command-line-args-left nil)
  (find-file file)
  (apply #'eglot--connect (eglot--guess-contact))
  (until "management by eglot" #'eglot-managed-p)
  (flymake-start)
  (let ((diagnostics (until "diagnostic" #'flymake-diagnostics)))
    (goto-char (point-min))
    (search-forward "area")
    (backward-char 2)
    (let* ((hover (until "hover"
                         (lambda ()
                           (plist-get (jsonrpc-request (eglot-current-server) :textDocument/hover
                                                       (eglot--TextDocumentPositionParams))
                                      :contents))))
           (found (car (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
           (marker (xref-location-marker (xref-item-location found))))
      (princ (concat "\n"
                     (json-encode
                      `((diagnostics . ,(vconcat (mapcar #'flymake-diagnostic-text diagnostics)))
                        (hover . ,(substring-no-properties (eglot--hover-info hover)))
                        (definition . ,(with-current-buffer (marker-buffer marker)
                                         (vector (buffer-file-name) (line-number-at-pos marker))))))
                     "\n"))))
  (eglot-shutdown (eglot-current-server) nil 30))
