"""Tracked links and what became of them."""

from datetime import datetime, timezone
from typing import Any, Dict, Optional

from modules.footfall import Footfall, new_key, part


class JobLinkSummary(dict):
    """A job's links. Links reach the analytics a moment after they are made, so a function may be asked for before it is there."""

    def __missing__(self, name: str) -> Dict[str, Any]:
        # Functions start with a capital; a misspelt field must not pass as one.
        if not name[:1].isupper():
            raise KeyError(name)
        counts = dict.fromkeys(("link_count", "click_count", "total_clicks", "human_clicks", "unique_sessions"), 0)
        return {"link_function": name, **counts, "first_click": None, "last_click": None}


class LinkTracker(Footfall):
    """Answers are dictionaries with the fields of the REST API."""

    def create_tracked_link(
        self,
        original_url: str,
        link_function: str,
        job_id: Optional[str] = None,
        application_id: Optional[str] = None,
        link_type: str = "external",
        description: Optional[str] = None,
        user_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """The same user, job, application, function and URL answer the same link again."""
        link = {
            "original_url": original_url,
            "link_function": link_function,
            "job_id": job_id,
            "application_id": application_id,
            "link_type": link_type,
            "description": description,
            "user_id": user_id,
        }
        return self._call("POST", "/api/link-tracking/create", link)

    def create_job_application_links(
        self,
        job_id: str,
        application_id: str,
        job_data: Optional[Dict[str, str]] = None,
        user_id: Optional[str] = None,
    ) -> Dict[str, Any]:
        """The links of one application: of company_website, apply_url, job_url, linkedin_url and calendly_url in job_data."""
        body = {
            "job_id": job_id,
            "application_id": application_id,
            "job_data": job_data or {},
            "user_id": user_id,
        }
        return self._call("POST", "/api/link-tracking/application/create-links", body)

    def record_click(
        self,
        tracking_id: str,
        clicked_at: Optional[datetime] = None,
        idempotency_key: Optional[str] = None,
        **facts: Any,
    ) -> Dict[str, Any]:
        """Reports a click that another redirector answered, once however often it is tried.

        ``clicked_at`` is now when not given, and must know its time zone. ``facts`` are ip_address, user_agent, referrer_url,
        session_id, click_source and metadata.
        """
        moment = clicked_at or datetime.now(timezone.utc)
        if moment.tzinfo is None:
            raise ValueError("clicked_at must know its time zone, such as datetime.now(timezone.utc)")
        click = {"tracking_id": tracking_id, "clicked_at": moment.isoformat(), **facts}
        return self._call("POST", "/api/link-tracking/record-click", click, idempotency_key or new_key())

    def get_original_url(self, tracking_id: str) -> str:
        """Where a link leads; NotFoundError for one that is unknown, or off without a fallback."""
        return self._get(f"/api/link-tracking/lookup/{part(tracking_id)}")["destination_url"]

    def get_link_analytics(self, tracking_id: str) -> Dict[str, Any]:
        return self._get(f"/api/link-tracking/analytics/{part(tracking_id)}")

    def get_job_link_summary(self, job_id: str) -> Dict[str, Any]:
        """Each function stands under its own name too: ``summary["Calendly"]["click_count"]``, zero while it has no link."""
        return JobLinkSummary(self._get(f"/api/link-tracking/job/{part(job_id)}/links"))

    def get_application_link_summary(self, application_id: str) -> Dict[str, Any]:
        return self._get(f"/api/link-tracking/application/{part(application_id)}/links")

    def get_link_performance_report(self, days: int = 30) -> Dict[str, Any]:
        """Of the last ``days`` days, today included."""
        return self._get("/api/link-tracking/report", days=days)

    def deactivate_link(self, tracking_id: str) -> Dict[str, Any]:
        """Every gateway stops leading to the destination within two seconds."""
        return self._call("POST", f"/api/link-tracking/deactivate/{part(tracking_id)}")

    def reactivate_link(self, tracking_id: str) -> Dict[str, Any]:
        return self._call("POST", f"/api/link-tracking/reactivate/{part(tracking_id)}")
